import type { Batch } from '../batch.js'
import type { BatchSource } from '../batch-source.js'

/**
 * Lets the transactions of several writers overlap: a batch begins while the ones before it are not committed yet, as far
 * as it touches none of their rows. The order of the commits stays.
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
    const rows = new Set(batch.runs.flatMap(({ table, numbers }) => numbers.map((number) => `${table}:${number}`)))
    const conflict = this.#recent.findLast((other) => [...rows].some((row) => other.rows.has(row)))
    this.#recent.push({ commit: batch.commit, rows })
    if (this.#recent.length >= this.#writers) this.#recent.shift()
    // What is rolled back first holds locks on the same rows: its batch cannot be open at that time.
    if (batch.begins !== undefined || batch.rolledBack) return batch
    const begins = Math.max(batch.commit - this.#writers + 1, (conflict?.commit ?? 0) + 1)
    return begins < batch.commit ? { ...batch, begins } : batch
  }
}
