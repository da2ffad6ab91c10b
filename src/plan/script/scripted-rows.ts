import type { ChangeKind } from '../batch.js'
import { IntMap } from '../rows/int-map.js'
import { RowSet } from '../rows/row-set.js'
import { positionOf } from '../rows/row-position.js'

/** Follows the rows of one table through a script, and says what in it cannot be. */
export class ScriptedRows {
  readonly #foreign: number
  readonly #live = new RowSet()
  /** Rows that were there at some time. */
  readonly #known = new RowSet()
  readonly #versions = new IntMap()
  #last = 0

  /** @param own Numbers of the stream's own rows that stand there before the first batch; ascending */
  constructor(foreignRows: number, own: readonly number[]) {
    this.#foreign = foreignRows
    for (let position = 0; position < foreignRows; position++) this.#append(true)
    for (const number of own) {
      while (++this.#last < number) this.#append(false)
      this.#append(true)
    }
  }

  /** The highest number that was inserted or left out. */
  get last(): number {
    return this.#last
  }

  /** Whether one of the stream's own rows is there. */
  has(number: number): boolean {
    return number > 0 && this.#live.has(this.#position(number))
  }

  /** The last version of a row; 0 where it never was. */
  versionOf(number: number): number {
    return this.#versions.get(this.#position(number))
  }

  /**
   * Applies a change. Returns what it must be instead, if it cannot be.
   *
   * @param previous The row before it in its run, if there is one
   */
  apply(kind: ChangeKind, number: number, version: number, previous: number | undefined): string | undefined {
    if (kind === 'insert') return this.#insert(number, version, previous)
    const position = this.#position(number)
    if (position < 0 || !this.#live.has(position)) return 'to be of a row that is there'
    const current = this.#versions.get(position)
    if (kind === 'delete' && version !== current) return `to have version ${current}`
    if (kind === 'update' && version !== current && version !== current + 1) {
      return `to have version ${current + 1}, or ${current} to leave the row as it is`
    }
    if (kind === 'update') this.#versions.set(position, version)
    else this.#live.clear(position)
    return undefined
  }

  #insert(number: number, version: number, previous: number | undefined): string | undefined {
    if (previous !== undefined && number <= previous) return 'to have a higher number than the INSERT before it'
    const position = this.#position(number)
    if (number > this.#last) {
      // The one before it brings a row back, or comes late.
      const isNext = previous === undefined || (previous === this.#last && this.versionOf(previous) === 0)
      if (!isNext) return 'to be in a run of its own'
      if (number - this.#last > MOST_SKIPPED) return `to leave out ${MOST_SKIPPED} numbers at most`
      if (version !== 0) return 'to have version 0'
      while (++this.#last < number) this.#append(false)
      this.#append(true)
      return undefined
    }
    if (position < 0) return `to have a number above ${this.#last}`
    if (this.#live.has(position)) return 'to be of a row that is not there'
    // A row that was left out comes late.
    const expected = this.#known.has(position) ? this.#versions.get(position) + 1 : 0
    if (version !== expected) return `to have version ${expected}`
    this.#versions.set(position, version)
    this.#live.set(position)
    if (version === 0) this.#known.set(position)
    return undefined
  }

  #append(there: boolean): void {
    this.#live.append(there)
    this.#known.append(there)
  }

  /** Negative where there is none. */
  #position(number: number): number {
    return number >= -this.#foreign ? positionOf(number, this.#foreign) : -1
  }
}

const MOST_SKIPPED = 10_000_000
