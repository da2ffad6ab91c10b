import type { Client } from 'pg'
import { StateError } from '../errors.js'
import type { EventFormat } from '../events/event-format.js'
import type { FeedOptions } from '../events/feed-options.js'
import { Ledger } from '../ledger/ledger.js'
import type { Verification } from '../ledger/verification.js'
import { TableState } from '../match/table-state.js'
import type { PlanInput } from '../plan/plan-input.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { StartedTarget } from '../target/started-target.js'
import { PgTableReader } from '../writer/pg-table-reader.js'
import { Arrivals } from './arrivals.js'
import { BetweenCommits } from './between-commits.js'
import type { CdcOptions } from './cdc-options.js'
import type { CdcStats, CdcStream, CdcSummary, Commit, CommitWithEvents, StreamState } from './cdc-stream.js'
import { CommitFeed, type FeedSource } from './commit-feed.js'
import { CommitTimes } from './commit-times.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, Rerun } from './driver.js'
import { fitTables } from './fit-tables.js'
import { loadTables } from './load-tables.js'
import { checkRate, type ResolvedOptions } from './resolve-options.js'
import type { StreamResources } from './stream-resources.js'
import { StreamStats } from './stream-stats.js'
import { streamSummary } from './stream-summary.js'
import { encodeToken, isComplete } from './token.js'
import { withResolvers } from './with-resolvers.js'

/** What a stream has once it is connected. */
interface Opened {
  /** Target `none` has none. */
  readonly target: StartedTarget | undefined
  readonly driver: Driver
  readonly input: PlanInput
  readonly ledger: Ledger
}

/** How a stream differs from one that was asked for by options alone. */
interface HandleSetting {
  /** Rows of every table to write as commit 0. @default 0 */
  readonly baselineRows?: number
  readonly rerun?: Rerun
}

/** The caller's end of a stream, from its first commit to its last. The batches are written by a driver, on the worker thread where that is possible. */
export class StreamHandle implements Omit<CdcStream, 'run'> {
  readonly finished: Promise<CdcSummary>
  readonly #options: ResolvedOptions
  readonly #given: Pick<CdcOptions, 'observe' | 'signal'>
  readonly #resources: StreamResources
  readonly #baselineRows: number
  readonly #rerun: Rerun | undefined
  readonly #buffer = Counters.allocate()
  readonly #counters = new Counters(this.#buffer)
  readonly #stats = new StreamStats()
  readonly #arrivals = new Arrivals()
  readonly #between = new BetweenCommits()
  /** Aborted when the stream ends. */
  readonly #ending = new AbortController()
  readonly #times = new CommitTimes()
  readonly #finish: { resolve: (summary: CdcSummary) => void; reject: (error: Error) => void }
  #state: StreamState = 'idle'
  #error: Error | undefined
  /** The last that was set while the stream lives. */
  #rate: number | undefined
  #driver: Driver | undefined
  /** What wrote to the same tables before. */
  #before: StreamHandle | undefined
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined

  constructor(
    options: ResolvedOptions,
    given: Pick<CdcOptions, 'observe' | 'signal'>,
    resources: StreamResources,
    { baselineRows = 0, rerun }: HandleSetting,
  ) {
    this.#baselineRows = options.start?.baselineRows ?? baselineRows
    this.#rerun = rerun
    this.#options = options
    this.#given = given
    this.#resources = resources
    const { promise, resolve, reject } = withResolvers<CdcSummary>()
    this.finished = promise
    this.#finish = { resolve, reject }
    promise.catch(() => {})
    given.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get state(): StreamState {
    return this.#state
  }

  get seed(): number {
    return this.#options.seed
  }

  get ledger(): Ledger {
    return this.#expectOpened().ledger
  }

  get connection(): ConnectionOptions {
    return this.#expectTarget().connection
  }

  /** Whether further commits can come at any moment. */
  get moving(): boolean {
    return this.#state === 'running'
  }

  table(name: string): TableState {
    return new TableState(this, name)
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  async prepare(): Promise<void> {
    await this.#open()
  }

  async start(): Promise<void> {
    this.#expectState('start', 'idle')
    this.#expectFree('start')
    this.#state = 'running'
    const { driver } = await this.#open()
    // A run that is resumed may have made all of its commits before.
    if (this.state === 'stopped') return
    const next = this.#counters.acknowledged + 1
    await driver.run()
    await this.reached(next)
  }

  /** Executes the whole script, once the stream that had the tables before has ended. */
  async runAfter(before: StreamHandle): Promise<CdcSummary> {
    this.#state = 'running'
    this.#before = before
    const { batches } = this.#options
    const { driver } = await this.#open()
    await (batches > 0 ? driver.run() : driver.stop())
    const summary = await this.finished
    if (summary.commits < batches) throw this.#tooLate(batches)
    return summary
  }

  async pause(): Promise<void> {
    this.#expectState('pause', 'running', 'paused')
    const { driver } = await this.#open()
    await driver.pause()
    if (this.#state === 'running') this.#state = 'paused'
    this.#rethrow()
  }

  resume(): void {
    this.#expectState('resume', 'paused')
    this.#state = 'running'
    // An error of the load is told by `finished`.
    this.#driver?.run().catch(() => {})
  }

  setRate(changesPerSecond: number): void {
    checkRate(changesPerSecond)
    this.#expectState('setRate', 'idle', 'running', 'paused')
    this.#rate = changesPerSecond
    // An error of the load is told by `finished`.
    this.#opened?.driver.setRate(changesPerSecond).catch(() => {})
  }

  async step(commits = 1): Promise<void> {
    if (!(Number.isInteger(commits) && commits >= 1)) {
      throw new StateError(`Expected \`step\` to be told an integer ≥ 1, got \`${commits}\`.`)
    }
    this.#expectState('step', 'idle', 'paused')
    this.#expectFree('step')
    this.#state = 'paused'
    const { driver } = await this.#open()
    const wanted = this.#counters.acknowledged + commits
    if (this.state !== 'stopped') await driver.step(commits)
    this.#rethrow()
    if (this.#counters.acknowledged < wanted) throw this.#tooLate(wanted)
  }

  async during<T>(use: (client: Client) => Promise<T>): Promise<T> {
    this.#expectState('during', 'idle', 'running', 'paused')
    const { driver, input } = await this.#open()
    const { connection } = this.#expectTarget()
    const { nulls, retryFor } = this.#options
    const fail = (error: Error): void => {
      this.#ended(error)
      void driver.abort()
    }
    const { tables } = input
    const ended = this.#ending.signal
    return this.#between.run({ driver, connection, tables, nulls, retryFor, ended, fail }, use)
  }

  async reached(commit: number): Promise<void> {
    if (commit > this.#options.batches) throw this.#tooLate(commit)
    if (await this.#arrivals.wait(commit)) return
    this.#rethrow()
    throw this.#tooLate(commit)
  }

  async stop(): Promise<CdcSummary> {
    if (this.#opening) await this.#opening.then(({ driver }) => driver.stop())
    else this.#ended()
    return this.finished
  }

  /** Ends the stream at once; the batch in flight is given up, and the ledger may lack it. */
  async abort(): Promise<void> {
    await this.#driver?.abort()
    this.#ended(new StateError('The stream was aborted.'))
  }

  stats(): CdcStats {
    return this.#stats.snapshot()
  }

  commits(options?: { readonly signal?: AbortSignal }): AsyncGenerator<Commit>
  commits<F extends EventFormat>(
    options: FeedOptions<F> & { readonly signal?: AbortSignal },
  ): AsyncGenerator<CommitWithEvents<F>>
  commits(options: Partial<FeedOptions<EventFormat>> & { readonly signal?: AbortSignal } = {}): AsyncGenerator<Commit> {
    const { format, signal, ...rest } = options
    return this.#commits(format === undefined ? undefined : new CommitFeed({ format, ...rest }, this.seed), signal)
  }

  async *#commits(feed: CommitFeed<EventFormat> | undefined, signal: AbortSignal | undefined): AsyncGenerator<Commit> {
    for (let commit = 1; await this.#arrivals.wait(commit, signal); commit++) {
      const tables = this.ledger.counts(commit)
      const total = { inserts: 0, updates: 0, deletes: 0 }
      for (const { inserts, updates, deletes } of Object.values(tables)) {
        total.inserts += inserts
        total.updates += updates
        total.deletes += deletes
      }
      const made = { commit, ...total, tables }
      yield feed ? feed.add(made, this.#feedSource()) : made
    }
    const rest = feed?.rest()
    if (rest) yield rest
    this.#rethrow()
  }

  async verify({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Verification> {
    this.#expectState('verify', 'paused', 'stopped', 'failed')
    const { ledger } = this.#expectOpened()
    const target = this.#expectTarget()
    const client = await connect(target.connection, { settings: { DateStyle: 'ISO' }, ...(signal ? { signal } : {}) })
    const abandon = (): void => void client.connection.stream.destroy()
    signal?.addEventListener('abort', abandon, { once: true })
    try {
      return await ledger.verify(new PgTableReader(client, target.connection.schema), signal ? { signal } : {})
    } finally {
      signal?.removeEventListener('abort', abandon)
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {})
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#ended(error as Error)
      throw error
    })
    return this.#opening
  }

  async #connect(): Promise<Opened> {
    await this.#before?.stop().catch(() => {})
    this.#before = undefined
    const target = await this.#resources.openTarget()
    const definitions = await loadTables(this.#options.tables)
    const tables = fitTables(definitions, this.#options.start)
    const driver = this.#resources.makeDriver(
      {
        options: this.#options,
        baselineRows: this.#baselineRows,
        counters: this.#buffer,
        ...(this.#rerun && { rerun: this.#rerun }),
      },
      target,
      definitions,
      (event) => this.#onEvent(event),
    )
    this.#driver = driver
    const { baseline } = await driver.prepare()
    if (this.#rate !== undefined) await driver.setRate(this.#rate)
    const input: PlanInput = { ...this.#options, tables, baseline, baselineRows: this.#baselineRows }
    const ledger = new Ledger(input, this.#counters)
    this.#opened = { target, driver, input, ledger }
    if (this.#options.resumes) this.#takeOver(ledger)
    if (this.#options.resumes && ledger.commit >= this.#options.batches) await driver.stop()
    else if (target && !this.#rerun) {
      const token = isComplete(this.#options, input) ? encodeToken(this.#options, input, ledger.commit) : undefined
      this.#given.observe?.({ type: 'resumable', token })
    }
    return this.#opened
  }

  /** Counts the commits of the process whose run is resumed as its own. */
  #takeOver(ledger: Ledger): void {
    const { commit } = ledger
    this.#stats.takeOver(ledger)
    const now = Date.now()
    for (let made = 1; made <= commit; made++) this.#times.add(made, now)
    const { inserts, updates, deletes } = this.stats()
    this.#given.observe?.({ type: 'resumed', commit, inserts, updates, deletes })
    this.#arrivals.made(commit)
  }

  #onEvent(event: DriverEvent): void {
    if (event.type === 'ended') return this.#ended(event.error)
    if (event.type === 'commit') {
      this.#stats.addCommit(event)
      this.#times.add(event.commit, event.at)
    }
    if (event.type === 'retry') this.#stats.addRetry()
    if (event.type === 'resolved') this.#stats.addResolved()
    this.#given.observe?.(event)
    if (event.type === 'commit') this.#arrivals.made(event.commit)
  }

  #ended(error?: Error): void {
    if (this.#state === 'stopped' || this.#state === 'failed') return
    this.#given.signal?.removeEventListener('abort', this.#onAbort)
    this.#error = error
    this.#state = error ? 'failed' : 'stopped'
    this.#arrivals.end()
    this.#ending.abort(error ?? new StateError('Expected a stream that goes on, got its end.'))
    if (error) this.#finish.reject(error)
    else this.#finish.resolve(streamSummary(this.#options, this.#opened?.input, this.#stats))
  }

  readonly #onAbort = (): void => {
    // An error of the load is told by `finished`.
    this.stop().catch(() => {})
  }

  #expectState(method: string, ...states: StreamState[]): void {
    if (states.includes(this.#state)) return
    this.#rethrow()
    throw new StateError(
      `Expected \`${method}()\` on a stream that is ${states.join(' or ')}, got one that is ${this.#state}.`,
    )
  }

  /** Work between two commits that waits for a commit would wait for itself. */
  #expectFree(method: string): void {
    if (!this.#between.busy) return
    throw new StateError(`Expected \`${method}()\` before or after \`during()\`, got a call while it holds the stream.`)
  }

  #expectOpened(): Opened {
    if (this.#opened) return this.#opened
    this.#rethrow()
    throw new StateError('Expected a stream that has begun, got one that has not. Call `start()` or `step()` first.')
  }

  #expectTarget(): StartedTarget {
    const { target } = this.#expectOpened()
    if (target) return target
    throw new StateError('Expected a stream with a database, got one with the target `none`. Choose another `target`.')
  }

  #feedSource(): FeedSource {
    const { target, input, ledger } = this.#expectOpened()
    const { database, schema } = target?.connection ?? {}
    const names = { ...(database !== undefined && { database }), ...(schema !== undefined && { schema }) }
    return { ledger, tables: input.tables, names, at: (commit) => this.#times.at(commit) }
  }

  #rethrow(): void {
    if (this.#error) throw this.#error
  }

  #tooLate(commit: number): StateError {
    return new StateError(
      `Expected commit ${commit} to come, got a stream that ends with commit ${Math.min(this.#counters.acknowledged, this.#options.batches)}.`,
    )
  }
}
