import { isHit, Random } from '../../tables/random.js'
import type { Batch, BatchSource, Run } from '../batch.js'

/**
 * Writes some batches in vain first: they are rolled back and written again with other keys, as a sequence would give
 * them. The numbers of the new rows move up, in all tables alike, so that a child keeps the number of its parent. Only
 * where it follows from a row's number how many children it has, or which rows it points at, it keeps its number.
 */
export class RolledBack implements BatchSource {
  readonly #source: BatchSource
  readonly #share: number
  readonly #draws: Random
  /** By table. */
  readonly #moves: readonly boolean[]
  /** From which number of the plan on rows move up, and by how much in all; ascending. */
  readonly #shifts: { readonly from: number; readonly by: number }[] = []
  /** The highest number of the plan so far. */
  #last: number

  /**
   * @param moves by table: whether its rows get other numbers
   * @param last the highest number that is there before the first batch
   */
  constructor(source: BatchSource, share: number, seed: number, moves: readonly boolean[], last: number) {
    this.#source = source
    this.#share = share
    this.#moves = moves
    this.#last = last
    this.#draws = new Random(seed, 'rollbacks')
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    const inserts = batch.runs.filter(({ kind }) => kind === 'insert')
    const inserted = inserts.flatMap(({ table, numbers }) => (this.#moves[table] ? numbers : []))
    const fresh = inserted.filter((number) => number > this.#last)
    const isFresh = fresh.length > 0 || (inserted.length === 0 && inserts.length > 0)
    // Where some of its new rows stand below those of others, moving them would move the others, too.
    const canFail = batch.begins === undefined && isFresh
    const fails = canFail && isHit(this.#draws.at(batch.commit), this.#share)
    const rolledBack = fails ? this.#move(batch.runs) : undefined
    this.#last = fresh.reduce((highest, number) => Math.max(highest, number), this.#last)
    if (fails && fresh.length > 0) this.#shift(fresh)
    const moved = { ...batch, runs: this.#move(batch.runs) }
    return rolledBack ? { ...moved, rolledBack } : moved
  }

  #shift(fresh: readonly number[]): void {
    const from = fresh.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
    const by = (this.#shifts.at(-1)?.by ?? 0) + this.#last - from + 1
    this.#shifts.push({ from, by })
  }

  #move(runs: readonly Run[]): Run[] {
    return runs.map((run) =>
      this.#moves[run.table] ? { ...run, numbers: run.numbers.map((number) => this.#moved(number)) } : run,
    )
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
