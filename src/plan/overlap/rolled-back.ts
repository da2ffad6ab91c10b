import { isHit, Random } from '../../tables/random.js'
import type { Batch, BatchSource, Run } from '../batch.js'

/**
 * Writes some batches in vain first: they are rolled back and written again with other keys, as a sequence would give
 * them. The numbers of the new rows move up, in all tables alike, so that a child keeps the number of its parent.
 */
export class RolledBack implements BatchSource {
  readonly #source: BatchSource
  readonly #share: number
  readonly #draws: Random
  /** From which number of the plan on rows move up, and by how much in all; ascending. */
  readonly #shifts: { readonly from: number; readonly by: number }[] = []
  /** The highest number of the plan so far. */
  #last: number

  /** @param last the highest number that is there before the first batch */
  constructor(source: BatchSource, share: number, seed: number, last: number) {
    this.#source = source
    this.#share = share
    this.#last = last
    this.#draws = new Random(seed, 'rollbacks')
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    const inserted = batch.runs.flatMap(({ kind, numbers }) => (kind === 'insert' ? numbers : []))
    const fresh = inserted.filter((number) => number > this.#last)
    // Where some of its new rows stand below those of others, moving them would move the others, too.
    const canFail = batch.begins === undefined && fresh.length > 0
    const fails = canFail && isHit(this.#draws.at(batch.commit), this.#share)
    const rolledBack = fails ? this.#move(batch.runs) : undefined
    this.#last = fresh.reduce((highest, number) => Math.max(highest, number), this.#last)
    if (fails) this.#shift(fresh)
    const moved = { ...batch, runs: this.#move(batch.runs) }
    return rolledBack ? { ...moved, rolledBack } : moved
  }

  #shift(fresh: readonly number[]): void {
    const from = fresh.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
    const by = (this.#shifts.at(-1)?.by ?? 0) + this.#last - from + 1
    this.#shifts.push({ from, by })
  }

  #move(runs: readonly Run[]): Run[] {
    return runs.map((run) => ({ ...run, numbers: run.numbers.map((number) => this.#moved(number)) }))
  }

  #moved(number: number): number {
    let [low, high] = [0, this.#shifts.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#shifts[middle]!.from <= number) low = middle + 1
      else high = middle
    }
    return low === 0 ? number : number + this.#shifts[low - 1]!.by
  }
}
