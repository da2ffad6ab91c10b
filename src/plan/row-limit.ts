import { WriteError } from '../errors.js'
import type { Batch, BatchSource } from './batch.js'

/** Rows of a table are numbered in 32 bits; what is left of them is room for the last batch. */
const MOST_ROWS = 2_140_000_000

/** Ends a stream before its row numbers do. */
export class RowLimit implements BatchSource {
  readonly #source: BatchSource
  readonly #most: number

  constructor(source: BatchSource, most: number = MOST_ROWS) {
    this.#source = source
    this.#most = most
  }

  get commit(): number {
    return this.#source.commit
  }

  /** @throws WriteError for a batch that inserts a row beyond the limit */
  next(): Batch {
    const batch = this.#source.next()
    for (const { kind, numbers } of batch.runs) {
      if (kind !== 'insert' || numbers.at(-1)! <= this.#most) continue
      throw new WriteError(
        `Expected a stream to insert at most ${this.#most} rows into a table, got more. ` +
          'Let several share the work: --shard, CDC_SHARD or `shard`.',
      )
    }
    return batch
  }
}
