import type { Client } from 'pg'
import { StateError } from '../errors.js'
import type { AuditGrade } from '../audit/audit-grade.js'
import type { AuditOptions, AuditReader } from '../audit/audit-options.js'
import type { EventFormat } from '../events/feed-format.js'
import type { FeedOptions } from '../events/event-context.js'
import type { Ledger } from '../ledger/public-ledger.js'
import type { Verification } from '../ledger/verification.js'
import { NarrowedTable, type StateSource } from '../match/narrowed-table.js'
import type { ReadWindow } from '../match/read-log.js'
import type { TableState } from '../match/commit-target.js'
import type { ChangeScript } from '../plan/script/change-script.js'
import { parseScript } from '../plan/script/parse-script.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { LiveQuery } from '../query/live-query.js'
import { QueryHosts } from '../query/query-host.js'
import type { QueryOptions, QueryState } from '../query/query-state.js'
import type { Environment } from '../database/connection/environment.js'
import { type ResolvedOptions, scriptOptions } from '../options/resolve-options.js'
import { describeRun } from '../options/token/describe-run.js'
import type { TokenContent } from '../options/token/token.js'
import type { RemotePool } from '../driver/remote-pool.js'
import { auditStream } from './audit-stream.js'
import type {
  CdcOptions,
  CdcStats,
  CdcStream,
  CdcSummary,
  Commit,
  CommitWithEvents,
  StreamState,
} from './cdc-stream.js'
import type { CommitsOptions } from './commit-feed.js'
import type { Connected, ConnectionSetting } from './connection.js'
import { ExplorableStream } from './explorable-stream.js'
import { Reads, type ReadSummary } from './reads.js'
import { StreamDatabase } from './stream-database.js'
import { type Observing, StreamRun } from './stream-run.js'

/** What only the fixtures decide about a stream. */
export interface StreamSetting {
  /** Rows of every table to write as commit 0. @default 0 */
  readonly baselineRows?: number
  /** Whether the schema is the stream's own, so that `run()` empties all of its tables. @default false */
  readonly ownsSchema?: boolean
  /** Whether the tables were created by their definitions just now. @default false */
  readonly fresh?: boolean
  /** Lends the session that writes. @default a session of its own */
  readonly pool?: RemotePool
  /** Whether somebody asks, at the end, for the targets that were let lag. @default false */
  readonly lagging?: boolean
}

let explorable: (stream: RerunnableStream) => ExplorableStream

/** A stream as `explore` takes it. Not a method, because what users hold leads nowhere behind the ledger. */
export function explorableOf(stream: RerunnableStream): ExplorableStream {
  return explorable(stream)
}

/** A stream that can execute scripts, one after the other. What it tells is of the last one, or of its plan. */
export class RerunnableStream implements CdcStream {
  readonly #options: ResolvedOptions
  readonly #given: CdcOptions
  readonly #ownsSchema: boolean
  readonly #database: StreamDatabase
  readonly #reads: Reads
  readonly #explorable: ExplorableStream
  readonly #queries: QueryHosts
  #current: StreamRun

  static {
    explorable = (stream: RerunnableStream): ExplorableStream => stream.#explorable
  }

  constructor(options: ResolvedOptions, given: CdcOptions, environment: Environment, setting: StreamSetting = {}) {
    const { baselineRows, ownsSchema = false, fresh, pool, lagging = false } = setting
    this.#options = options
    this.#given = given
    this.#ownsSchema = ownsSchema
    this.#database = new StreamDatabase(given, environment)
    this.#reads = new Reads(() => ({ ...this.#current.progress, moving: this.moving }), lagging)
    this.#current = this.#newRun(options, given, { baselineRows, fresh, pools: { there: pool } })
    const { retryFor, answerWithin } = options
    this.#queries = new QueryHosts(() => {
      const { target, ledger } = this.#current.connection.connected
      return { connection: target, ledger, retryFor, answerWithin }
    })
    this.#explorable = new ExplorableStream({
      options,
      current: () => this.#current,
      again: (how) => {
        const { observe: _, ...others } = given
        return this.#rerun(options, others, { baselineRows, rerun: { wholeSchema: ownsSchema, ...how } })
      },
    })
  }

  async run(script: ChangeScript): Promise<CdcSummary> {
    const options = scriptOptions(this.#options, parseScript(script))
    this.#given.signal?.throwIfAborted()
    const { state } = this
    if (state === 'running' || state === 'paused') {
      throw new StateError(`Expected \`run()\` on a stream that is idle or stopped, got one that is ${state}.`)
    }
    const before = this.#current
    const rerun = { wholeSchema: this.#ownsSchema, reset: [this.#given.reset ?? []].flat() }
    return this.#rerun(options, this.#given, { rerun }).runAfter(before)
  }

  get state(): StreamState {
    return this.#current.state
  }

  /** Whether further commits can come at any moment. */
  get moving(): boolean {
    return this.state === 'running'
  }

  get seed(): number {
    return this.#current.seed
  }

  /** What a token of its plan says, from before its first commit; undefined before the stream has begun. */
  get described(): TokenContent | undefined {
    const { input } = this.#current.connection
    return input && structuredClone(describeRun(this.#options, input))
  }

  /** What the test has read so far. */
  get exercise(): ReadSummary {
    return this.#reads.summary
  }

  /** The targets that were let lag, and were never seen to arrive after that. */
  get lagging(): readonly string[] {
    return this.#reads.lagging?.due ?? []
  }

  get ledger(): Ledger {
    return this.#current.connection.connected.sealed
  }

  get connection(): ConnectionOptions {
    return this.#current.connection.target
  }

  get finished(): Promise<CdcSummary> {
    return this.#current.finished
  }

  table(name: string): TableState {
    return new NarrowedTable(this.#source(), name)
  }

  query(sql: string, options: QueryOptions = {}): QueryState {
    return new LiveQuery(sql, options, this.#source(), this.#queries)
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  async prepare(): Promise<void> {
    await this.#current.connection.open()
  }

  async start(): Promise<void> {
    await this.#current.start()
  }

  async pause(): Promise<void> {
    await this.#current.pause()
  }

  resume(): void {
    this.#current.resume()
  }

  setRate(changesPerSecond: number): void {
    this.#current.setRate(changesPerSecond)
  }

  async step(commits = 1): Promise<void> {
    await this.#current.step(commits)
  }

  during<T, Session = Client>(use: (session: Session) => Promise<T>): Promise<T> {
    return this.#current.during(use)
  }

  async reached(commit: number): Promise<void> {
    await this.#current.reached(commit)
  }

  stop(): Promise<CdcSummary> {
    return this.#current.stop()
  }

  read<T>(work: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    return this.#reads.read(work)
  }

  audit(read: AuditReader, options: AuditOptions = {}): Promise<AuditGrade> {
    const isEndless = !Number.isFinite(this.#options.batches)
    return auditStream({ stream: this, progress: () => this.#current.progress, isEndless }, read, options)
  }

  readWindow(value: unknown): ReadWindow | undefined {
    return this.#reads.windowOf(value)
  }

  /** Ends the stream at once; the batch in flight is given up, and the ledger may lack it. */
  abort(): Promise<void> {
    return this.#current.abort()
  }

  stats(): CdcStats {
    return this.#current.stats()
  }

  commits(options?: { readonly signal?: AbortSignal }): AsyncIterable<Commit>
  commits<F extends EventFormat>(
    options: FeedOptions<F> & { readonly signal?: AbortSignal },
  ): AsyncIterable<CommitWithEvents<F>>
  commits(options: CommitsOptions = {}): AsyncIterable<Commit> {
    return this.#current.commits(options)
  }

  verify(options: Parameters<CdcStream['verify']>[0] = {}): Promise<Verification> {
    return this.#current.verify(options)
  }

  /** Begins to run something else on the tables. What was read and reported before is not of what they hold then. */
  #rerun(options: ResolvedOptions, given: Observing, setting: ConnectionSetting): StreamRun {
    this.#current = this.#newRun(options, given, { ...setting, pools: this.#database.scripts })
    this.#reads.reset()
    return this.#current
  }

  #newRun(options: ResolvedOptions, given: Observing, setting: ConnectionSetting): StreamRun {
    const run = new StreamRun(options, given, this.#database, setting, (commit, by) => {
      // A call on what another run has followed tells the test of nothing.
      if (run === this.#current) this.#reads.report(commit, by)
    })
    return run
  }

  /** Of whichever script it has run last. */
  #source(): StateSource {
    const connected = (): Connected => this.#current.connection.connected
    const isMoving = (): boolean => this.moving
    return {
      reads: this.#reads,
      get ledger() {
        return connected().ledger
      },
      get place() {
        return connected().place
      },
      get moving() {
        return isMoving()
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {})
    await this.#queries[Symbol.asyncDispose]()
    await this.#database[Symbol.asyncDispose]()
  }
}
