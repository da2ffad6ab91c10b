import { StateError } from '../errors.js'
import { Ledger } from '../ledger/ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { PlanInput } from '../plan/plan-input.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { Environment } from '../target/environment.js'
import { openTarget } from '../target/open-target.js'
import type { StartedTarget } from '../target/started-target.js'
import { PgTableReader } from '../writer/pg-table-reader.js'
import { Arrivals } from './arrivals.js'
import type { CdcOptions } from './cdc-options.js'
import type { CdcStats, CdcStream, CdcSummary, Commit, StreamState } from './cdc-stream.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent } from './driver.js'
import { hasInlineTables, loadTables } from './load-tables.js'
import { RemoteDriver } from './remote-driver.js'
import type { ResolvedOptions } from './resolve-options.js'
import { StreamStats } from './stream-stats.js'
import { ThreadDriver } from './thread-driver.js'
import { encodeToken } from './token.js'

/** What a stream has once it is connected. */
interface Opened {
  readonly target: StartedTarget
  readonly driver: Driver
  readonly input: PlanInput
  readonly ledger: Ledger
}

/** The caller's end of a stream. The batches are written by a driver, on the worker thread where that is possible. */
export class StreamHandle implements CdcStream {
  readonly finished: Promise<CdcSummary>
  readonly #options: ResolvedOptions
  readonly #given: CdcOptions
  readonly #environment: Environment
  readonly #baselineRows: number
  readonly #buffer = Counters.allocate()
  readonly #counters = new Counters(this.#buffer)
  readonly #stats = new StreamStats()
  readonly #arrivals = new Arrivals()
  readonly #finish: { resolve: (summary: CdcSummary) => void; reject: (error: Error) => void }
  #state: StreamState = 'idle'
  #error: Error | undefined
  #target: StartedTarget | undefined
  #driver: Driver | undefined
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined

  /** @param baselineRows Rows of every table to write as commit 0. */
  constructor(options: ResolvedOptions, given: CdcOptions, environment: Environment, baselineRows = 0) {
    this.#baselineRows = baselineRows
    this.#options = options
    this.#given = given
    this.#environment = environment
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
    return this.#expectOpened().target.connection
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  async prepare(): Promise<void> {
    await this.#open()
  }

  async start(): Promise<void> {
    this.#expectState('start', 'idle')
    this.#state = 'running'
    const { driver } = await this.#open()
    await driver.run()
    await this.reached(1)
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

  async step(commits = 1): Promise<void> {
    if (!(Number.isInteger(commits) && commits >= 1)) {
      throw new StateError(`Expected \`step\` to be told an integer ≥ 1, got \`${commits}\`.`)
    }
    this.#expectState('step', 'idle', 'paused')
    this.#state = 'paused'
    const { driver } = await this.#open()
    const wanted = this.#counters.acknowledged + commits
    await driver.step(commits)
    this.#rethrow()
    if (this.#counters.acknowledged < wanted) throw this.#tooLate(wanted)
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

  async *commits({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Commit> {
    for (let commit = 1; await this.#arrivals.wait(commit, signal); commit++) {
      const tables = this.ledger.counts(commit)
      const total = { inserts: 0, updates: 0, deletes: 0 }
      for (const { inserts, updates, deletes } of Object.values(tables)) {
        total.inserts += inserts
        total.updates += updates
        total.deletes += deletes
      }
      yield { commit, ...total, tables }
    }
    this.#rethrow()
  }

  async verify({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Verification> {
    this.#expectState('verify', 'paused', 'stopped', 'failed')
    const { ledger, target } = this.#expectOpened()
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
    await this.#target?.[Symbol.asyncDispose]()
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#ended(error as Error)
      throw error
    })
    return this.#opening
  }

  async #connect(): Promise<Opened> {
    const { target = 'auto', dataDir, signal } = this.#given
    const environment = this.#environment
    const started = await openTarget(target, {
      environment,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(signal ? { signal } : {}),
    })
    this.#target = started
    const tables = await loadTables(this.#options.tables)
    const driverOptions = {
      options: this.#options,
      connection: started.connection,
      createTables: started.createTables || this.#options.createTables,
      baselineRows: this.#baselineRows,
      counters: this.#buffer,
    }
    const onEvent = (event: DriverEvent): void => this.#onEvent(event)
    const driver = hasInlineTables(this.#options.tables)
      ? new ThreadDriver(driverOptions, tables, onEvent)
      : new RemoteDriver(driverOptions, onEvent)
    this.#driver = driver
    const { baseline } = await driver.prepare()
    const input: PlanInput = { ...this.#options, tables, baseline, baselineRows: this.#baselineRows }
    const ledger = new Ledger(input, this.#counters)
    this.#opened = { target: started, driver, input, ledger }
    return this.#opened
  }

  #onEvent(event: DriverEvent): void {
    if (event.type === 'ended') return this.#ended(event.error)
    if (event.type === 'commit') this.#stats.addCommit(event)
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
    if (error) this.#finish.reject(error)
    else this.#finish.resolve(this.#summary())
  }

  #summary(): CdcSummary {
    const input = this.#opened?.input
    const tables = (input?.tables ?? []).map(({ name }, index) => {
      const counts = this.#stats.table(name)
      const before = input!.baseline[index]!.images.length + this.#baselineRows
      return [name, { ...counts, rows: before + counts.inserts - counts.deletes }] as const
    })
    return {
      ...this.#stats.snapshot(),
      seed: this.seed,
      token: input ? encodeToken(this.#options, input) : '',
      tables: Object.fromEntries(tables),
    }
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

  #expectOpened(): Opened {
    if (this.#opened) return this.#opened
    this.#rethrow()
    throw new StateError('Expected a stream that has begun, got one that has not. Call `start()` or `step()` first.')
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

function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: Error) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
