import { WriteError } from '../errors.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { Batch, BatchSource } from './batch.js'
import type { PlanTable } from './plan-input.js'

/** Rows of a table are numbered in 32 bits; what is left of them is room for the last batch. */
const MOST_ROWS = 2_140_000_000

/** What to do where the keys of a table are used up. */
export const MORE_KEYS = 'Give it a wider key, let `batches` end the stream before, or begin with an empty table.'

/** Ends a stream before its row numbers do, or the keys of a table. */
export class RowLimit implements BatchSource {
  readonly #source: BatchSource
  readonly #most: number
  readonly #tables: readonly PlanTable[]
  readonly #keys: readonly TableKey[]
  #commit: number
  #end: WriteError | undefined

  constructor(source: BatchSource, tables: readonly PlanTable[], most: number = MOST_ROWS) {
    this.#source = source
    this.#most = most
    this.#tables = tables
    this.#keys = tables.map(({ definition }) => new TableKey(definition))
    this.#commit = source.commit
  }

  get commit(): number {
    return this.#commit
  }

  /** @throws WriteError for a batch that inserts a row beyond the limit, and from then on */
  next(): Batch {
    if (this.#end) throw this.#end
    const batch = this.#source.next()
    for (const { kind, table, numbers } of [...(batch.rolledBack ?? []), ...batch.runs]) {
      const last = kind === 'insert' ? numbers.at(-1)! : 0
      if (last > this.#most) this.#refuse(`a stream to insert at most ${this.#most} rows into a table`, 'more', SHARDS)
      const key = this.#keys[table]
      const ordinal = last + (this.#tables[table]?.baseline.maxKey ?? 0)
      if (key && ordinal > key.most) this.#refuseKey(key, ordinal, batch.commit)
    }
    this.#commit = batch.commit
    return batch
  }

  #refuseKey(key: TableKey, ordinal: number, commit: number): never {
    const names = key.parts.map(({ name, column }) => `${name} ${column.type}`).join(', ')
    const expected = `the key (${names}) of \`${key.table}\` to have a value for every row of batch ${commit}`
    this.#refuse(expected, `all ${key.most} used up, and ${ordinal - key.most} rows more`, MORE_KEYS)
  }

  #refuse(expected: string, got: string, todo: string): never {
    this.#end = new WriteError(`Expected ${expected}, got ${got}. ${todo}`)
    throw this.#end
  }
}

const SHARDS = 'Let several share the work: --shard, CDC_SHARD or `shard`.'
