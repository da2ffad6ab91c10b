import type { Batch, BatchSource, Run } from '../batch.js'

/** Splits INSERTs where commits come in another order than keys: a run is all above the highest number so far, or all below. */
export class AscendingInserts implements BatchSource {
  readonly #source: BatchSource
  /** By table. */
  readonly #last: number[]

  /** @param last by table: the highest number that is there before the first batch */
  constructor(source: BatchSource, last: readonly number[]) {
    this.#source = source
    this.#last = [...last]
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    const runs = batch.runs.flatMap((run) => (run.kind === 'insert' ? this.#split(run) : [run]))
    return { ...batch, runs }
  }

  #split(run: Run): Run[] {
    const { table, numbers, versions } = run
    const last = this.#last[table] ?? 0
    const cut = numbers.findIndex((number) => number > last)
    if (cut < 0) return [{ ...run, again: true }]
    this.#last[table] = numbers.at(-1) ?? last
    if (cut === 0) return [run]
    const part = (from: number, to?: number): Run => ({
      ...run,
      numbers: numbers.slice(from, to),
      versions: versions.slice(from, to),
    })
    return [{ ...part(0, cut), again: true }, part(cut)]
  }
}
