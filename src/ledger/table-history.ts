import { type ChangeKind, insertsNext, type Run } from '../plan/batch.js'
import type { Family } from '../plan/families/family.js'
import { IntMap } from '../plan/rows/int-map.js'
import { numberAt, positionOf } from '../plan/rows/row-position.js'
import type { ChangeCounts } from './change.js'
import { IntList } from './int-list.js'

const DELETED = -1
/** A row of a child table whose parent was gone before its turn came. */
const PASSED_OVER = -2

/** What one change did to one row. */
export interface Entry {
  readonly kind: ChangeKind
  readonly number: number
  /** The version before; undefined for an INSERT. */
  readonly before: number | undefined
  /** The version after; undefined for a DELETE. */
  readonly after: number | undefined
}

/**
 * What deviates from "rows 1 … n in version 0" in one table: which rows were changed, and in which commit. Memory grows
 * with the changed rows and the commits, not with the rows.
 */
export class TableHistory {
  readonly #foreign: number
  readonly #family: Pick<Family, 'exists' | 'next'>
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
  /** Of a table with a clock: what it shows, by entry, and by commit for rows that were inserted for the first time. */
  readonly #times: { readonly entries: IntList; readonly commits: IntList } | undefined

  /** @param family says which numbers have rows at all */
  constructor(foreignRows: number, family: Pick<Family, 'exists' | 'next'>, hasClock = false) {
    this.#foreign = foreignRows
    this.#family = family
    this.#times = hasClock ? { entries: new IntList(), commits: new IntList() } : undefined
  }

  /** Enters the runs of the next commit. The first one is commit 0. */
  record(runs: readonly Run[]): void {
    const commit = this.#last.length
    let last = commit === 0 ? 0 : this.#last.at(commit - 1)
    let rows = commit === 0 ? this.#foreign : this.#rows.at(commit - 1)
    let time = 0
    for (const run of runs) {
      const { kind, numbers, versions, times } = run
      if (insertsNext(run)) {
        time = times?.[0] ?? 0
        for (const number of numbers) {
          for (let passed = this.#next(last + 1); passed < number; passed = this.#next(passed + 1)) {
            this.#enter(this.positionOf(passed), commit, PASSED_OVER)
          }
          last = number
        }
      } else {
        const deleted = kind === 'delete'
        numbers.forEach((number, i) => {
          this.#enter(this.positionOf(number), commit, deleted ? DELETED : versions[i]!, times?.[i])
        })
      }
      if (kind === 'insert') rows += numbers.length
      if (kind === 'delete') rows -= numbers.length
    }
    this.#last.push(last)
    this.#rows.push(rows)
    this.#end.push(this.#positions.length)
    this.#times?.commits.push(time)
  }

  /** What the table's clock shows for the commit that made a version of a row; 0 without a clock, and for what stood there. */
  timeOf(number: number, version: number): number {
    if (!this.#times) return 0
    for (let entry = this.#latest.get(this.positionOf(number)); entry !== 0; entry = this.#previous.at(entry - 1)) {
      // An UPDATE that changed nothing has the time of the version that it left.
      if (this.#versions.at(entry - 1) === version) return this.#times.entries.at(entry - 1)
    }
    return number < 0 ? 0 : this.#times.commits.at(this.#commitOf(number))
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
    if (number > 0 && !this.#family.exists(number)) return undefined
    return this.#versionAt(number, commit)
  }

  /** The same of a number that a row of the table has. */
  #versionAt(number: number, commit: number): number | undefined {
    let entry = this.#latest.get(this.positionOf(number))
    while (entry !== 0 && this.#commits.at(entry - 1) > commit) entry = this.#previous.at(entry - 1)
    return liveVersion(entry === 0 ? 0 : this.#versions.at(entry - 1))
  }

  /** The rows that the table holds after a commit, in their versions: those that stood there before, then the stream's own. */
  *versionsAt(commit: number): Generator<{ readonly number: number; readonly version: number }> {
    for (let number = -1; number >= -this.#foreign; number--) {
      const version = this.#versionAt(number, commit)
      if (version !== undefined) yield { number, version }
    }
    const last = this.#last.at(commit)
    for (let number = this.#next(1); number <= last; number = this.#next(number + 1)) {
      const version = this.#versionAt(number, commit)
      if (version !== undefined) yield { number, version }
    }
  }

  /** The rows that a commit inserted for the first time, all in version 0. */
  *insertedBy(commit: number): Generator<number> {
    const passedOver = new Set<number>()
    for (let entry = this.#begin(commit); entry < this.#end.at(commit); entry++) {
      if (this.#versions.at(entry) === PASSED_OVER) passedOver.add(this.#positions.at(entry))
    }
    const last = this.#last.at(commit)
    const first = commit === 0 ? 1 : this.#last.at(commit - 1) + 1
    for (let number = this.#next(first); number <= last; number = this.#next(number + 1)) {
      if (!passedOver.has(this.positionOf(number))) yield number
    }
  }

  /** All other changes of a commit, in its order: UPDATEs, DELETEs, and INSERTs of rows that had been deleted. */
  *changedBy(commit: number): Generator<Entry> {
    for (let entry = this.#begin(commit); entry < this.#end.at(commit); entry++) {
      if (this.#versions.at(entry) !== PASSED_OVER) yield this.#entry(entry)
    }
  }

  /** The changes of one row from its latest on, with their commits. An INSERT for the first time is not among them. */
  *changesOf(number: number): Generator<Entry & { readonly commit: number }> {
    for (let entry = this.#latest.get(this.positionOf(number)); entry !== 0; entry = this.#previous.at(entry - 1)) {
      if (this.#versions.at(entry - 1) === PASSED_OVER) continue
      yield { ...this.#entry(entry - 1), commit: this.#commits.at(entry - 1) }
    }
  }

  /** The commit that inserted a row for the first time; 0 where it stood there before, undefined where none did. */
  insertionOf(number: number): number | undefined {
    if (number < 0) return number >= -this.#foreign ? 0 : undefined
    const low = this.#commitOf(number)
    if (low === this.#last.length || !this.#family.exists(number)) return undefined
    for (let entry = this.#begin(low); entry < this.#end.at(low); entry++) {
      const passedOver = this.#versions.at(entry) === PASSED_OVER
      if (passedOver && this.#positions.at(entry) === this.positionOf(number)) return undefined
    }
    return low
  }

  /** How many changes of each kind a commit made. */
  countsOf(commit: number): ChangeCounts {
    let [updates, deletes] = [0, 0]
    for (const { kind } of this.changedBy(commit)) {
      if (kind === 'update') updates += 1
      if (kind === 'delete') deletes += 1
    }
    const before = commit === 0 ? this.#foreign : this.#rows.at(commit - 1)
    return { inserts: this.#rows.at(commit) - before + deletes, updates, deletes }
  }

  /** The position of a row, which no other has, from 0 on. */
  positionOf(number: number): number {
    return positionOf(number, this.#foreign)
  }

  /** The least number that a row can have, from this one on. */
  #next(number: number): number {
    return this.#family.next(number)
  }

  /** The first commit up to which a number was inserted or passed over; that after the last one, where none was. */
  #commitOf(number: number): number {
    let [low, high] = [0, this.#last.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#last.at(middle) < number) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first entry of a commit. */
  #begin(commit: number): number {
    return commit === 0 ? 0 : this.#end.at(commit - 1)
  }

  #entry(entry: number): Entry {
    const position = this.#positions.at(entry)
    const number = numberAt(position, this.#foreign)
    const previous = this.#previous.at(entry)
    const before = liveVersion(previous === 0 ? 0 : this.#versions.at(previous - 1))
    const after = liveVersion(this.#versions.at(entry))
    const kind = after === undefined ? 'delete' : before === undefined ? 'insert' : 'update'
    return { kind, number, before, after }
  }

  #enter(position: number, commit: number, version: number, time = 0): void {
    this.#times?.entries.push(time)
    this.#positions.push(position)
    this.#commits.push(commit)
    this.#versions.push(version)
    this.#previous.push(this.#latest.get(position))
    this.#latest.set(position, this.#positions.length)
  }
}

const liveVersion = (version: number): number | undefined => (version < 0 ? undefined : version)
