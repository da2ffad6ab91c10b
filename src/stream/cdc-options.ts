import type { TableDefinition } from '../tables/table-definition.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { StreamEvent } from './stream-event.js'

/** The shares of the three kinds of change, as weights: `{ insert: 70, update: 20, delete: 10 }`. */
export interface MixWeights {
  readonly insert?: number
  readonly update?: number
  readonly delete?: number
}

/** A table definition that a module exports; it is loaded where the stream runs, off the caller's thread. */
export interface TableModule {
  readonly module: string | URL
  readonly export: string
}

/** What a stream can be told. All of it is optional. */
export interface CdcOptions {
  /** How many commits are planned. @default 50 */
  readonly batches?: number
  /** Changes per table in a batch. @default 200 */
  readonly batchSize?: number
  /** Milliseconds between the starts of two batches; 0 is as fast as the database takes them. @default 2000 */
  readonly interval?: number
  /**
   * The mix of changes: weights, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs.
   * @default one or two UPDATEs and one or two DELETEs in every 800 changes
   */
  readonly ratio?: number | MixWeights
  /** Which tables change. @default 'both' */
  readonly tables?: 'sales' | 'returns' | 'both' | readonly (TableDefinition | TableModule)[]
  /** An integer from 0 to 4,294,967,295 from which all changes follow. @default random, and reported */
  readonly seed?: number
  /** TPC-DS scale factor: 1, 10, 100, 300, 1000, 3000, 10000, 30000 or 100000; sets the key ranges. @default 1 */
  readonly scale?: number
  /** NULLs as TPC-DS draws them, or none. @default 'tpcds' */
  readonly nulls?: 'tpcds' | 'none'
  /** The day of every sale, as `YYYY-MM-DD`. @default drawn from the TPC-DS calendar, 1998 to 2003 */
  readonly businessDate?: string
  /** Go on until stopped, instead of for `batches` commits. @default false */
  readonly continuous?: boolean
  /** The database to write to. @default 'auto': the configured one if CLOUDBERRY_HOST is set, else an embedded one */
  readonly target?: 'auto' | 'embedded' | 'container' | 'configured' | ConnectionOptions
  /** Create tables that are missing. Always done on an embedded database. @default false */
  readonly createTables?: boolean
  /** Where the embedded database keeps its data; kept afterwards. @default a temporary folder, removed at the end */
  readonly dataDir?: string
  /** Milliseconds for which a lost connection, a deadlock or a restarting server is retried. @default 60000 */
  readonly retryFor?: number
  /** Is told what happens, as it happens. */
  readonly observe?: (event: StreamEvent) => void
  /** Stops the stream: the batch in flight is finished, nothing further is begun. */
  readonly signal?: AbortSignal
}
