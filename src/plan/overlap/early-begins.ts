import type { Batch, BatchSource } from '../batch.js'

/**
 * Lets the transactions of several writers overlap: a batch begins while the ones before it are not committed yet, with
 * those of its first runs that touch none of their rows. The order of the commits stays.
 */
export class EarlyBegins implements BatchSource {
  readonly #source: BatchSource
  readonly #writers: number
  /** The rows of the commits that can still be open. */
  readonly #recent: { readonly commit: number; readonly rows: ReadonlySet<string> }[] = []

  constructor(source: BatchSource, writers: number) {
    this.#source = source
    this.#writers = writers
  }

  get commit(): number {
    return this.#source.commit
  }

  next(): Batch {
    const batch = this.#source.next()
    const { commit } = batch
    const rows = batch.runs.map(({ table, numbers }) => numbers.map((number) => `${table}:${number}`))
    const met = rows.map((each) => this.#lastThatMeets(each))
    this.#recent.push({ commit, rows: new Set(rows.flat()) })
    if (this.#recent.length >= this.#writers) this.#recent.shift()
    // What is rolled back first holds locks on the same rows: its batch cannot be open at that time.
    if (batch.begins !== undefined || batch.rolledBack) return batch
    const begins = Math.max(commit - this.#writers, met[0] ?? 0) + 1
    if (begins >= commit) return batch
    const early = met.findIndex((other) => other >= begins)
    return { ...batch, begins, ...(early > 0 && { early }) }
  }

  /** The last commit that can still be open and has a row of these; 0 for none. */
  #lastThatMeets(rows: readonly string[]): number {
    return this.#recent.findLast((other) => rows.some((row) => other.rows.has(row)))?.commit ?? 0
  }
}
