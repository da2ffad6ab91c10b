import type { Client } from 'pg'
import { StateError } from '../errors.js'
import type { EventFormat } from '../events/event-format.js'
import type { FeedOptions } from '../events/feed-options.js'
import type { Ledger } from '../ledger/public-ledger.js'
import type { Verification } from '../ledger/verification.js'
import { NarrowedTable, type StateSource } from '../match/narrowed-table.js'
import type { TableState } from '../match/table-state.js'
import type { ChangeScript } from '../plan/change-script.js'
import { parseScript } from '../plan/parse-script.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { ConnectionOptions } from '../target/connection.js'
import type { Environment } from '../target/environment.js'
import type { CdcOptions } from './cdc-options.js'
import type { CdcStats, CdcStream, CdcSummary, Commit, CommitWithEvents, StreamState } from './cdc-stream.js'
import { type ResolvedOptions, scriptOptions } from '../options/resolve-options.js'
import type { SessionPool } from './session-pool.js'
import type { StreamAccount } from './stream-account.js'
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
}

/** A stream that can execute scripts, one after the other. What it tells is of the last one, or of its plan. */
export class RerunnableStream implements CdcStream {
  readonly #options: ResolvedOptions
  readonly #given: CdcOptions
  readonly #resources: StreamResources
  readonly #ownsSchema: boolean
  #current: StreamHandle

  constructor(options: ResolvedOptions, given: CdcOptions, environment: Environment, setting: StreamSetting = {}) {
    const { baselineRows = 0, ownsSchema = false } = setting
    this.#options = options
    this.#given = given
    this.#ownsSchema = ownsSchema
    this.#resources = new StreamResources(given, environment, setting)
    this.#current = new StreamHandle(options, given, this.#resources, { baselineRows })
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
    return this.#current.runAfter(before)
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

  /** What its plan begins with; undefined before it has begun. */
  get begun(): PlanInput | undefined {
    return this.#current.account.input
  }

  get ledger(): Ledger {
    return this.#current.account.ledger
  }

  get connection(): ConnectionOptions {
    return this.#current.account.connection
  }

  get finished(): Promise<CdcSummary> {
    return this.#current.finished
  }

  table(name: string): TableState {
    return new NarrowedTable(this.#source(), name)
  }

  /** Connects, checks the tables and writes commit 0, so that the first commit has nothing left to wait for. */
  prepare(): Promise<void> {
    return this.#current.prepare()
  }

  start(): Promise<void> {
    return this.#current.start()
  }

  pause(): Promise<void> {
    return this.#current.pause()
  }

  resume(): void {
    this.#current.resume()
  }

  setRate(changesPerSecond: number): void {
    this.#current.setRate(changesPerSecond)
  }

  step(commits = 1): Promise<void> {
    return this.#current.step(commits)
  }

  during<T>(use: (client: Client) => Promise<T>): Promise<T> {
    return this.#current.during(use)
  }

  reached(commit: number): Promise<void> {
    return this.#current.reached(commit)
  }

  stop(): Promise<CdcSummary> {
    return this.#current.stop()
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
    return this.#current.account.commits(options)
  }

  verify(options: { readonly signal?: AbortSignal } = {}): Promise<Verification> {
    return this.#current.account.verify(options)
  }

  /** Of whichever script it has run last. */
  #source(): StateSource {
    const account = (): StreamAccount => this.#current.account
    const isMoving = (): boolean => this.moving
    return {
      get ledger() {
        return account().planned
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
