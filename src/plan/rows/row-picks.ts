import type { Random } from '../../tables/random.js'
import type { Hazards } from '../mix/hazards.js'
import type { RowSet } from './row-set.js'
import { Quota } from '../mix/quota.js'
import { zipfRank } from './zipf.js'

/** How often a row is looked for on which so little hangs that it can go. */
const MOST_TRIES = 16

/**
 * Which rows of a table change next: any of those there are, equally likely, unless a hazard prefers some.
 *
 * Hot keys: the r-th oldest row that is there and not yet in the run is picked in proportion to 1 / r. Chains: rows that
 * the batch before has changed, so that changes of one key come in batches next to each other, too.
 */
export class RowPicks {
  readonly #hot: Quota
  readonly #again: Quota
  #changed: number[] = []
  #deleted: number[] = []

  constructor({ hotKeys, sameKeyChains }: Hazards) {
    this.#hot = new Quota(hotKeys)
    this.#again = new Quota(sameKeyChains)
  }

  forUpdate(live: RowSet, random: Random): number {
    const again = this.#pickAgain(this.#changed, live, random)
    if (again !== undefined) return again
    const rank = this.#hot.take(1) === 1 ? zipfRank(random, live.count) - 1 : random.below(live.count)
    return live.select(rank)
  }

  /** One that fits; undefined where none is found soon. */
  forDelete(rows: RowSet, fits: (position: number) => boolean, random: Random): number | undefined {
    if (rows.count === 0) return undefined
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const position = this.#pickAgain(this.#changed, rows, random) ?? rows.select(random.below(rows.count))
      if (fits(position)) return position
    }
    // The least hangs on the newest.
    for (let rank = rows.count - 1; rank >= Math.max(0, rows.count - MOST_TRIES); rank--) {
      const position = rows.select(rank)
      if (fits(position)) return position
    }
    return undefined
  }

  forInsert(gone: RowSet, random: Random): number {
    return this.#pickAgain(this.#deleted, gone, random) ?? gone.select(random.below(gone.count))
  }

  /** Takes the rows that a batch has changed and left, and those that it has deleted. */
  remember(changed: number[], deleted: number[]): void {
    this.#changed = changed
    this.#deleted = deleted
  }

  /** Each row of the batch before is looked at once. */
  #pickAgain(positions: number[], rows: RowSet, random: Random): number | undefined {
    if (this.#again.take(1) === 0) return undefined
    while (positions.length > 0) {
      const place = random.below(positions.length)
      const position = positions[place]!
      positions[place] = positions.at(-1)!
      positions.pop()
      if (rows.has(position)) return position
    }
    return undefined
  }
}
