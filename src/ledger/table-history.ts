import type { Run } from '../plan/batch.js'
import { IntMap } from '../plan/int-map.js'
import type { ChangeCounts } from './change.js'
import { IntList } from './int-list.js'

const DELETED = -1
/** A row of a child table whose parent was gone before its turn came. */
const PASSED_OVER = -2

/** What happened to one row in one commit. */
export interface Entry {
  readonly kind: 'update' | 'delete'
  readonly number: number
  /** The version before. */
  readonly before: number
}

/**
 * What deviates from "rows 1 … n in version 0" in one table: which rows were changed, and in which commit. Memory grows
 * with the changed rows and the commits, not with the rows.
 */
export class TableHistory {
  readonly #foreign: number
  /** By commit, from 0 on. */
  readonly #last = new IntList()
  readonly #rows = new IntList()
  readonly #end = new IntList()
  /** By entry. `previous` is the entry before this one for the same row, + 1, or 0. */
  readonly #positions = new IntList()
  readonly #commits = new IntList()
  readonly #versions = new IntList()
  readonly #previous = new IntList()
  /** The latest entry of a row, + 1. */
  readonly #latest = new IntMap()

  constructor(foreignRows: number) {
    this.#foreign = foreignRows
  }

  /** Enters the runs of the next commit. The first one is commit 0. */
  record(runs: readonly Run[]): void {
    const commit = this.#last.length
    let last = commit === 0 ? 0 : this.#last.at(commit - 1)
    let rows = commit === 0 ? this.#foreign : this.#rows.at(commit - 1)
    for (const { kind, numbers, versions } of runs) {
      if (kind === 'insert') {
        for (const number of numbers) {
          while (++last < number) this.#enter(this.#position(last), commit, PASSED_OVER)
        }
        rows += numbers.length
      } else {
        const deleted = kind === 'delete'
        numbers.forEach((number, i) => this.#enter(this.#position(number), commit, deleted ? DELETED : versions[i]!))
        if (deleted) rows -= numbers.length
      }
    }
    this.#last.push(last)
    this.#rows.push(rows)
    this.#end.push(this.#positions.length)
  }

  /** Rows after a commit. */
  rowsAt(commit: number): number {
    return this.#rows.at(commit)
  }

  /** The highest own row number that was inserted or passed over up to a commit. */
  lastAt(commit: number): number {
    return this.#last.at(commit)
  }

  /** The version of a row after a commit, or undefined where the table does not hold it then. */
  versionAt(number: number, commit: number): number | undefined {
    if (number === 0 || number < -this.#foreign || number > this.#last.at(commit)) return undefined
    let entry = this.#latest.get(this.#position(number))
    while (entry !== 0 && this.#commits.at(entry - 1) > commit) entry = this.#previous.at(entry - 1)
    const version = entry === 0 ? 0 : this.#versions.at(entry - 1)
    return version < 0 ? undefined : version
  }

  /** The rows that the table holds after a commit: those that stood there before, then the stream's own. */
  *numbersAt(commit: number): Generator<number> {
    for (let number = -1; number >= -this.#foreign; number--) {
      if (this.versionAt(number, commit) !== undefined) yield number
    }
    const last = this.#last.at(commit)
    for (let number = 1; number <= last; number++) {
      if (this.versionAt(number, commit) !== undefined) yield number
    }
  }

  /** The rows inserted by a commit. */
  *insertedBy(commit: number): Generator<number> {
    const last = this.#last.at(commit)
    for (let number = commit === 0 ? 1 : this.#last.at(commit - 1) + 1; number <= last; number++) {
      if (!this.#passedOver(number)) yield number
    }
  }

  /** The rows updated and deleted by a commit, in its order. */
  *changedBy(commit: number): Generator<Entry> {
    for (let entry = commit === 0 ? 0 : this.#end.at(commit - 1); entry < this.#end.at(commit); entry++) {
      const version = this.#versions.at(entry)
      if (version === PASSED_OVER) continue
      const previous = this.#previous.at(entry)
      const before = previous === 0 ? 0 : this.#versions.at(previous - 1)
      const position = this.#positions.at(entry)
      const number = position < this.#foreign ? -position - 1 : position - this.#foreign + 1
      yield { kind: version === DELETED ? 'delete' : 'update', number, before }
    }
  }

  /** How many changes of each kind a commit made. */
  countsOf(commit: number): ChangeCounts {
    let [updates, deletes] = [0, 0]
    for (const { kind } of this.changedBy(commit)) {
      if (kind === 'update') updates += 1
      else deletes += 1
    }
    const before = commit === 0 ? this.#foreign : this.#rows.at(commit - 1)
    return { inserts: this.#rows.at(commit) - before + deletes, updates, deletes }
  }

  /** A position that tells rows apart, from 0 on. */
  positionOf(number: number): number {
    return this.#position(number)
  }

  #passedOver(number: number): boolean {
    const entry = this.#latest.get(this.#position(number))
    return entry !== 0 && this.#versions.at(entry - 1) === PASSED_OVER
  }

  #enter(position: number, commit: number, version: number): void {
    this.#positions.push(position)
    this.#commits.push(commit)
    this.#versions.push(version)
    this.#previous.push(this.#latest.get(position))
    this.#latest.set(position, this.#positions.length)
  }

  #position(number: number): number {
    return number > 0 ? this.#foreign + number - 1 : -number - 1
  }
}
