import { createAccumulator } from '../../ledger/accumulator.js'
import type { Cell } from '../../tables/column.js'
import { type Reading, rowText } from './reading.js'

/** The commit that comes nearest to what was read. */
export interface NearestCommit {
  readonly commit: number
  /** Rows that only one of the two has: what was read, or the tables after the commit. */
  readonly differing: number
}

/**
 * Walks through the commits once and follows how many of the rows that were read the tables hold. Of two commits that
 * are equally near, the later one: there, what is missing shows as lost.
 */
export function nearestCommit(readings: readonly Reading[], since: number, until: number): NearestCommit {
  const overlaps = readings.map((reading) => new Overlap(reading))
  let nearest: NearestCommit = { commit: since, differing: Number.POSITIVE_INFINITY }
  for (let commit = 0; commit <= until; commit++) {
    let differing = 0
    for (const overlap of overlaps) differing += overlap.differingAfter(commit)
    if (commit >= since && differing <= nearest.differing) nearest = { commit, differing }
  }
  return nearest
}

/** How many rows of a view are among those that were read, as multisets. */
class Overlap {
  readonly #reading: Reading
  readonly #counts = new Map<string, { readonly given: number; now: number }>()
  readonly #accumulator
  #rows = 0
  #shared = 0

  constructor(reading: Reading) {
    this.#reading = reading
    for (const row of reading.rows) {
      const text = rowText(row)
      this.#counts.set(text, { given: (this.#counts.get(text)?.given ?? 0) + 1, now: 0 })
    }
    this.#accumulator = createAccumulator(reading.table.rows.definition.columns, reading.view, this)
  }

  /** To be called for one commit after the other, from 0 on. */
  differingAfter(commit: number): number {
    this.#reading.table.applyCommit(commit, this.#accumulator)
    return this.#reading.rows.length + this.#rows - 2 * this.#shared
  }

  enter(cells: readonly Cell[]): void {
    this.#rows += 1
    const count = this.#counts.get(rowText(cells))
    if (!count) return
    if (count.now < count.given) this.#shared += 1
    count.now += 1
  }

  leave(cells: readonly Cell[]): void {
    this.#rows -= 1
    const count = this.#counts.get(rowText(cells))
    if (!count) return
    count.now -= 1
    if (count.now < count.given) this.#shared -= 1
  }
}
