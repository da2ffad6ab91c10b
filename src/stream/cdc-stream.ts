import type { Client } from 'pg'
import type { AuditGrade } from '../audit/audit-grade.js'
import type { AuditOptions, AuditReader } from '../audit/audit-options.js'
import type { Percentiles } from '../audit/percentiles.js'
import type { EventFormat } from '../events/feed-format.js'
import type { EventOf } from '../events/render-events.js'
import type { FeedOptions } from '../events/event-context.js'
import type { ChangeCounts } from '../ledger/change.js'
import type { Ledger } from '../ledger/public-ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { ReadWindow } from '../match/read-log.js'
import type { TableState } from '../match/commit-target.js'
import type { QueryOptions, QueryState } from '../query/query-state.js'
import type { ChangeScript } from '../plan/script/change-script.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { StreamOptions } from '../options/option-table.js'
import type { StreamEvent } from '../driver/stream-event.js'

/** What a stream can be told. All of it is optional. */
export interface CdcOptions extends StreamOptions {
  /** Is told what happens, as it happens. */
  readonly observe?: (event: StreamEvent) => void
  /** Stops the stream: the batch in flight is finished, nothing further is begun. */
  readonly signal?: AbortSignal
}

/** Where a stream is in its life. */
export type StreamState = 'idle' | 'running' | 'paused' | 'stopped' | 'failed'

/** What a stream has done so far. Latency and lag are in milliseconds. */
export interface CdcStats extends ChangeCounts {
  readonly commits: number
  readonly changes: number
  readonly changesPerSecond: number
  /** From BEGIN to the answer to COMMIT, with retries: what the database took. */
  readonly latency: Percentiles
  /**
   * From the time at which the schedule wanted the batch to begin to the answer to COMMIT: what a client would have
   * waited for that does not hold back because the database is slow. A slot of the schedule that was left out counts as
   * a batch that began with the next one. Without a schedule (`interval: 0`, `step()`) the same as `latency`.
   */
  readonly response: Percentiles
  /** Transactions that were tried again. */
  readonly retries: number
  /** COMMITs whose answer was lost and whose outcome was read back. */
  readonly resolved: number
  /** The most transactions that were open at the same time when one of them was committed: 1 where they took turns. */
  readonly overlap: number
  /** How far the last batch began behind its schedule. */
  readonly lag: number
}

/** What a stream did to one table; `rows` is how many rows the ledger has there after the last commit. */
export interface TableSummary extends ChangeCounts {
  readonly rows: number
}

/** The final account of a stream; also what the command line prints with `--json`. */
export interface CdcSummary extends CdcStats {
  readonly seed: number
  /** Such as `2/4`, for one of several streams that share the tables. */
  readonly shard?: string
  /** What all ids and tickets are above, where that was given. */
  readonly base?: number
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

/** One transaction, with its changes as events of a format. */
export interface CommitWithEvents<F extends EventFormat> extends Commit {
  readonly events: readonly EventOf<F>[]
}

/** A sequence of micro-batches, written to a database in the background. */
export interface CdcStream extends AsyncDisposable {
  /** Starts the load. Resolves once the first batch is committed: the load is really running. */
  start(): Promise<void>
  /** Resolves when the batch in flight is committed and the load stands still. */
  pause(): Promise<void>
  resume(): void
  /**
   * Changes the pace to so many changes a second, at once: also that of a batch that is waited for. Takes the place of
   * `interval`, `rate` or `schedule`. From idle, running or paused.
   *
   * @throws OptionsError for a rate below 0.001 or above 1,000,000,000
   */
  setRate(changesPerSecond: number): void
  /** Makes exactly so many commits, now, and leaves the stream paused. From idle or paused only. @default 1 */
  step(commits?: number): Promise<void>
  /**
   * Empties the tables and executes a script on them, as fast as the database takes it; resolves when its last batch is
   * committed. Can be called again and again; afterwards `ledger`, `table()`, `commits()` and `stats()` tell of the last
   * script only. From idle or stopped.
   *
   * Emptied are the stream's tables, which must be empty the first time; in a schema of the fixtures all tables that are
   * there, also those of `ddl`. Then `reset` is executed.
   *
   * @throws OptionsError for a script that cannot be carried out
   */
  run(script: ChangeScript): Promise<CdcSummary>
  /**
   * Works between two commits, as with `ALTER TABLE … ADD COLUMN`: `use` gets a session of its own, with the stream's
   * schema as its search path, and the load waits until it is through; its session is closed then. Resolves with what
   * `use` returns. From idle, running or paused; several calls follow one another. What `use` waits for must not be a
   * commit of this stream.
   *
   * Afterwards the tables are checked. New columns are tolerated if they take NULL or have a default: the stream does not
   * write them, and the ledger does not have them. So are new unique indexes on the key, or on columns by which another
   * table finds the row. Other changes of its tables end the stream.
   *
   * @throws what `use` throws, the stream going on; TargetError that names the change that ended the stream; StateError
   * with target `none`, and when the stream ends while `use` works
   */
  during<T, Session = Client>(use: (session: Session) => Promise<T>): Promise<T>
  /** Resolves once commit number `commit` is made; rejects when it cannot come any more. */
  reached(commit: number): Promise<void>
  /**
   * Reads inside a window: what `work` returns may be compared with the commits that this read could see, none older than what was
   * acknowledged when it began, none newer than what was sent when it ended. The job and the reading of what it wrote
   * both go inside: `const rows = await cdcStream.read(async () => { await job(); return sink.rows() })`. Resolves with what `work` returns.
   *
   * What the test takes out of it, such as `rows` of a result, is known as well; what it computes of it is not.
   */
  read<T>(work: () => T | PromiseLike<T>): Promise<Awaited<T>>
  /** Between which commits something was read, and how many became visible meanwhile; undefined for what `read` did not return. */
  readWindow(value: unknown): ReadWindow | undefined
  /**
   * Runs the load and reads a sink again and again meanwhile, and once more until it has caught up; grades how consistent and how
   * fresh it was. The load is started or resumed, and stands still afterwards. What the reader throws counts as a read that failed.
   *
   * @throws OptionsError for rows that lack a column; TargetError for a sink that cannot be read at the end; StateError where no read
   * began before the last commit
   */
  audit(read: AuditReader, options?: AuditOptions): Promise<AuditGrade>
  /**
   * Finishes the batch in flight and ends the load. While the server is away, the batch is not tried again; only one
   * whose COMMIT got no answer is looked for, within `retryFor`. The database stays reachable until the stream is disposed.
   */
  stop(): Promise<CdcSummary>
  /** Resolves when the stream has ended, by its plan or by `stop()`; rejects with the error that ended it. */
  readonly finished: Promise<CdcSummary>
  readonly state: StreamState
  readonly seed: number
  stats(): CdcStats
  /** What the tables must contain. Available from the first commit on. */
  readonly ledger: Ledger
  /** A table of the stream, as the matchers take it. Can be asked for before the stream has begun. */
  table(name: string): TableState
  /**
   * The result of a query over the tables of the stream, as the matchers take it: any SQL that reads, with joins to tables that stand still. The
   * names of the stream's tables mean, in it, their rows after the commit that is looked at; so do views over them in their schema. Can be asked for
   * before the stream has begun, and is answered by its database, in temporary tables of a session of its own.
   *
   * @throws OptionsError for what is no query; what the database thinks of it, the matchers say
   */
  query(sql: string, options?: QueryOptions): QueryState
  /** The database that the stream writes to. Available from the first commit on; not with target `none`. */
  readonly connection: ConnectionOptions
  /** Every commit from number 1 on, as they are made; ends with the stream. */
  commits(options?: { readonly signal?: AbortSignal }): AsyncIterable<Commit>
  /**
   * The same with the changes as events of a format. With `faults`, what is still held back when the stream has ended
   * comes as one more element, without changes of its own.
   *
   * @throws OptionsError for a format or faults that cannot be
   */
  commits<F extends EventFormat>(
    options: FeedOptions<F> & { readonly signal?: AbortSignal },
  ): AsyncIterable<CommitWithEvents<F>>
  /**
   * Compares the tables with the ledger. Not while the stream runs, and not with target `none`. A session that is lost
   * meanwhile is opened again, and the tables are read from the beginning, for `retryFor` milliseconds; as long as batches
   * are tried again, unless it is given here.
   */
  verify(options?: { readonly signal?: AbortSignal; readonly retryFor?: number }): Promise<Verification>
}
