import type { Shard } from '../plan/shard.js'
import type { TableDefinition } from '../tables/table-definition.js'

/** Which rows of a table are sampled. */
export interface SampleOptions {
  readonly schema: string
  readonly definition: TableDefinition
  /** The tables that exist whose rows hang on rows of this one. */
  readonly children: readonly TableDefinition[]
  /** Whether an index keeps the key unique; otherwise rows whose key is there twice are left out. */
  readonly keyUnique: boolean
  readonly seed: number
  readonly most: number
  /** Only rows with keys up to this one. @default all */
  readonly upTo?: number | undefined
  /** Only the share of one shard: each row belongs to exactly one. @default all */
  readonly shard?: Shard | undefined
  readonly signal?: AbortSignal | undefined
}
