import type { Client } from 'pg'
import { StateError } from '../errors.js'
import type { EventFormat } from '../events/event-format.js'
import type { FeedOptions } from '../events/feed-options.js'
import type { Ledger } from '../ledger/public-ledger.js'
import type { Verification } from '../ledger/verification.js'
import { NarrowedTable, type StateSource } from '../match/narrowed-table.js'
import type { ReadWindow } from '../match/read-log.js'
import type { TableState } from '../match/table-state.js'
import type { ChangeScript } from '../plan/change-script.js'
import { parseScript } from '../plan/parse-script.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { Environment } from '../database/connection/environment.js'
import type { CdcOptions } from './cdc-options.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { CdcStats, CdcStream, CdcSummary, Commit, CommitWithEvents, StreamState } from './cdc-stream.js'
import { type ResolvedOptions, scriptOptions } from '../options/resolve-options.js'
import { describeRun, type TokenContent } from '../options/token.js'
import type { SessionPool } from '../driver/session-pool.js'
import type { StreamAccount } from './stream-account.js'
import { CommitMeetings } from './met-commits.js'
import type { MetCommits } from '../driver/scene.js'
import { Reads, type ReadSummary } from './reads.js'
import type { ExplorableStream } from './explorable-stream.js'
import { StreamHandle } from './stream-handle.js'
import { StreamResources } from './stream-resources.js'

/** What only the fixtures decide about a stream. */
export interface StreamSetting {
  /** Rows of every table to write as commit 0. @default 0 */
  readonly baselineRows?: number
  /** Whether the schema is the stream's own, so that `run()` empties all of its tables. @default false */
  readonly ownsSchema?: boolean
  /** Whether the tables were created by their definitions just now. @default false */
  readonly fresh?: boolean
  /** Lends the session that writes. @default a session of its own */
  readonly pool?: SessionPool
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
  readonly #resources: StreamResources
  readonly #ownsSchema: boolean
  readonly #baselineRows: number
  readonly #reads: Reads
  readonly #meetings = new WeakMap<PlanInput, CommitMeetings>()
  #current: StreamHandle
  /** What stood in the tables of its plan. */
  #planned: PlanInput | undefined

  static {
    explorable = (stream: RerunnableStream): ExplorableStream => ({
      get state() {
        return stream.state
      },
      get batches() {
        return stream.#options.batches
      },
      get driver() {
        return stream.#current.driver
      },
      plan: async () => {
        await stream.prepare()
        return (stream.#planned ??= stream.#current.account.input!)
      },
      again: (commits, refill) => stream.#again(commits, refill),
      commitsBetween: (first, last) => stream.#commitsBetween(first, last),
      openStage: (options) => stream.#resources.openStage(options, stream.#options.tables),
    })
  }

  constructor(options: ResolvedOptions, given: CdcOptions, environment: Environment, setting: StreamSetting = {}) {
    const { baselineRows = 0, ownsSchema = false, lagging = false } = setting
    this.#options = options
    this.#given = given
    this.#ownsSchema = ownsSchema
    this.#baselineRows = baselineRows
    this.#resources = new StreamResources(given, environment, setting)
    this.#current = new StreamHandle(options, given, this.#resources, { baselineRows })
    this.#reads = new Reads(() => ({ ...this.#current.account.progress, moving: this.moving }), lagging)
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
    this.#current = new StreamHandle(options, this.#given, this.#resources, { rerun })
    this.#reads.reset()
    return this.#reporting(this.#current.runAfter(before), ({ commits }) => commits, 'run()')
  }

  get state(): StreamState {
    return this.#current.state
  }

  /** Whether further commits can come at any moment. */
  get moving(): boolean {
    return this.state === 'running'
  }

  get seed(): number {
    return this.#current.account.seed
  }

  /** What a token of its plan says, from before its first commit; undefined before the stream has begun. */
  get described(): TokenContent | undefined {
    const { input } = this.#current.account
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
    return this.#current.account.ledger
  }

  get connection(): ConnectionOptions {
    return this.#current.account.connection
  }

  get finished(): Promise<CdcSummary> {
    const told = this.#reporting(this.#current.finished, ({ commits }) => commits, 'finished')
    told.catch(() => {})
    return told
  }

  table(name: string): TableState {
    return new NarrowedTable(this.#source(), name)
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  prepare(): Promise<void> {
    return this.#current.prepare()
  }

  async start(): Promise<void> {
    await this.#reporting(this.#current.start(), (commit) => commit, 'start()')
  }

  async pause(): Promise<void> {
    await this.#reporting(this.#current.pause(), (commit) => commit, 'pause()')
  }

  resume(): void {
    this.#current.resume()
  }

  setRate(changesPerSecond: number): void {
    this.#current.setRate(changesPerSecond)
  }

  async step(commits = 1): Promise<void> {
    await this.#reporting(this.#current.step(commits), (commit) => commit, `step(${commits})`)
  }

  during<T>(use: (client: Client) => Promise<T>): Promise<T> {
    let held = 0
    const done = this.#current.during(use, (commit) => (held = commit))
    return this.#reporting(done, () => held, 'during()')
  }

  async reached(commit: number): Promise<void> {
    await this.#reporting(this.#current.reached(commit), () => commit, `reached(${commit})`)
  }

  stop(): Promise<CdcSummary> {
    return this.#reporting(this.#current.stop(), ({ commits }) => commits, 'stop()')
  }

  read<T>(work: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    return this.#reads.read(work)
  }

  readWindow(value: unknown): ReadWindow | undefined {
    return this.#reads.windowOf(value)
  }

  /** Ends the stream at once; the batch in flight is given up, and the ledger may lack it. */
  abort(): Promise<void> {
    return this.#current.abort()
  }

  stats(): CdcStats {
    return this.#current.account.stats()
  }

  commits(options?: { readonly signal?: AbortSignal }): AsyncIterable<Commit>
  commits<F extends EventFormat>(
    options: FeedOptions<F> & { readonly signal?: AbortSignal },
  ): AsyncIterable<CommitWithEvents<F>>
  commits(options: FeedOptions<EventFormat> & { readonly signal?: AbortSignal }): AsyncIterable<Commit> {
    return this.#reportingEach(this.#current, this.#current.account.commits(options))
  }

  verify(options: Parameters<CdcStream['verify']>[0] = {}): Promise<Verification> {
    return this.#current.account.verify(options)
  }

  async #again(commits: number, refill: readonly string[]): Promise<void> {
    const before = this.#current
    const baseline = this.#planned?.tables.map((table) => table.baseline)
    const rerun = { wholeSchema: this.#ownsSchema, reset: refill, baseline }
    const { observe: _, ...given } = this.#given
    const setting = { baselineRows: this.#baselineRows, rerun }
    this.#current = new StreamHandle(this.#options, given, this.#resources, setting)
    this.#reads.reset()
    await this.#current.prepareAfter(before)
    if (commits > 0) await this.#current.step(commits)
  }

  #commitsBetween(first: number | undefined, last: number | undefined): MetCommits {
    const { input, progress } = this.#current.account
    if (first === undefined || last === undefined || !input) return { commits: 0, lateCommits: 0 }
    const meetings = this.#meetings.get(input) ?? new CommitMeetings(input)
    this.#meetings.set(input, meetings)
    return meetings.between(progress, first, last)
  }

  /** A call that is through tells the test of a commit; one of a script that another one followed tells of nothing. */
  async #reporting<T>(call: Promise<T>, commitOf: (result: T) => number, by: string): Promise<T> {
    const handle = this.#current
    const result = await call
    if (handle === this.#current) this.#reads.report(commitOf(result), by)
    return result
  }

  async *#reportingEach(handle: StreamHandle, commits: AsyncIterable<Commit>): AsyncGenerator<Commit> {
    for await (const commit of commits) {
      if (handle === this.#current) this.#reads.report(commit.commit, 'commits()')
      yield commit
    }
  }

  /** Of whichever script it has run last. */
  #source(): StateSource {
    const account = (): StreamAccount => this.#current.account
    const isMoving = (): boolean => this.moving
    const reads = this.#reads
    return {
      reads,
      get ledger() {
        return account().planned
      },
      get place() {
        return account().place
      },
      get moving() {
        return isMoving()
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {})
    await this.#resources[Symbol.asyncDispose]()
  }
}
