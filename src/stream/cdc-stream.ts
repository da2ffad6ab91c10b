import type { ChangeCounts } from '../ledger/change.js'
import type { Ledger } from '../ledger/ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { ConnectionOptions } from '../target/connection.js'

/** Where a stream is in its life. */
export type StreamState = 'idle' | 'running' | 'paused' | 'stopped' | 'failed'

/** What a stream has done so far. Latency and lag are in milliseconds. */
export interface CdcStats extends ChangeCounts {
  readonly commits: number
  readonly changes: number
  readonly changesPerSecond: number
  /** From BEGIN to the answer to COMMIT, with retries. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number }
  /** Transactions that were tried again. */
  readonly retries: number
  /** COMMITs whose answer was lost and whose outcome was read back. */
  readonly resolved: number
  /** How far the last batch started behind its schedule. */
  readonly lag: number
}

/** What a stream did to one table; `rows` is how many rows the ledger has there after the last commit. */
export interface TableSummary extends ChangeCounts {
  readonly rows: number
}

/** The final account of a stream; also what the command line prints with `--json`. */
export interface CdcSummary extends CdcStats {
  readonly seed: number
  /** Plan format, seed, options and first ids: what it takes to make the same changes again. */
  readonly token: string
  readonly tables: Readonly<Record<string, TableSummary>>
  /** Whether the database was compared with the ledger, and equalled it. */
  readonly verified?: boolean
}

/** One transaction that the database accepted. */
export interface Commit extends ChangeCounts {
  readonly commit: number
  readonly tables: Readonly<Record<string, ChangeCounts>>
}

/** A sequence of micro-batches, written to a database in the background. */
export interface CdcStream extends AsyncDisposable {
  /** Starts the load. Resolves once the first batch is committed: the load is really running. */
  start(): Promise<void>
  /** Resolves when the batch in flight is committed and the load stands still. */
  pause(): Promise<void>
  resume(): void
  /** Makes exactly so many commits, now, and leaves the stream paused. From idle or paused only. @default 1 */
  step(commits?: number): Promise<void>
  /** Resolves once commit number `commit` is made; rejects when it cannot come any more. */
  reached(commit: number): Promise<void>
  /** Finishes the batch in flight and ends the load. The database stays reachable until the stream is disposed. */
  stop(): Promise<CdcSummary>
  /** Resolves when the stream has ended, by its plan or by `stop()`; rejects with the error that ended it. */
  readonly finished: Promise<CdcSummary>
  readonly state: StreamState
  readonly seed: number
  stats(): CdcStats
  /** What the tables must contain. Available from the first commit on. */
  readonly ledger: Ledger
  /** The database that the stream writes to. Available from the first commit on. */
  readonly connection: ConnectionOptions
  /** Every commit from number 1 on, as they are made; ends with the stream. */
  commits(options?: { readonly signal?: AbortSignal }): AsyncIterable<Commit>
  /** Compares the tables with the ledger. Not while the stream runs. */
  verify(options?: { readonly signal?: AbortSignal }): Promise<Verification>
}
