import type { Batch } from '../plan/batch.js'
import type { BatchWriter } from './batch-writer.js'
import { isTransient } from './transient.js'

/**
 * Sessions for transactions that overlap. A batch that begins before the one ahead of it is committed gets a session of
 * its own; COMMITs are still sent one at a time, each after the outcome of the one before is known.
 */
export class Lanes {
  readonly #main: BatchWriter
  readonly #openLane: (() => Promise<BatchWriter>) | undefined
  readonly #free: BatchWriter[] = []
  /** By the commit that they wait for. */
  readonly #open = new Map<number, BatchWriter>()
  readonly #all: BatchWriter[] = []

  /** @param openLane opens a further session, for a transaction beside those of `main`; without it they take turns */
  constructor(main: BatchWriter, openLane: (() => Promise<BatchWriter>) | undefined) {
    this.#main = main
    this.#openLane = openLane
  }

  /** Writes the next batch and commits it; those after it that can begin now have begun before. */
  async write(batch: Batch, upcoming: readonly Batch[]): Promise<boolean> {
    const due = upcoming.filter(({ commit, begins = commit }) => begins <= batch.commit && !this.#open.has(commit))
    await Promise.all([batch, ...due].filter(isEarly).map((early) => this.#begin(early)))
    if (batch.rolledBack) await this.#main.rollBack(batch.rolledBack)
    const lane = this.#open.get(batch.commit)
    const committed = await (lane ?? this.#main).write(batch)
    this.#open.delete(batch.commit)
    if (lane) this.#free.push(lane)
    return committed
  }

  /** Leaves no transaction open: those that have begun ahead of their turn begin again when it comes. */
  async takeBack(): Promise<void> {
    await Promise.all(this.#all.map((lane) => lane.takeBack()))
  }

  /**
   * Ends the transactions that are open beside that of a commit. To be called when something stands in its way: it may be
   * a session that waits for the locks of these, and that the commit has to wait for.
   */
  withdraw(commit?: number): void {
    for (const [other, lane] of this.#open) if (other !== commit) lane.withdraw()
  }

  losePatience(): void {
    for (const lane of this.#all) lane.losePatience()
  }

  destroy(): void {
    for (const lane of this.#all) lane.destroy()
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#all.map((lane) => lane.close()))
  }

  async #begin(batch: Batch): Promise<void> {
    if (this.#open.has(batch.commit)) return
    const lane = this.#free.pop() ?? (await this.#tryOpen())
    if (!lane) return
    this.#open.set(batch.commit, lane)
    await lane.begin(batch)
  }

  /** Where no session can be had now, the batch is written when its turn comes. */
  async #tryOpen(): Promise<BatchWriter | undefined> {
    try {
      const lane = await this.#openLane?.()
      if (lane) this.#all.push(lane)
      return lane
    } catch (error) {
      if (isTransient(error)) return undefined
      throw error
    }
  }
}

/** Whether a batch begins before its own turn. */
const isEarly = ({ commit, begins = commit }: Batch): boolean => begins < commit
