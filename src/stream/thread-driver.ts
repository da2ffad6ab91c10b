import { setTimeout as delay } from 'node:timers/promises'
import { StateError, WriteError } from '../errors.js'
import type { Batch } from '../plan/batch.js'
import type { PlanInput } from '../plan/plan-input.js'
import { type BatchSource, openBatches } from '../plan/batch-source.js'
import { Planner } from '../plan/planner.js'
import { planRows } from '../plan/table-rows.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { BatchWriter } from '../writer/batch-writer.js'
import { destroySession, openSession, type Session } from '../writer/session.js'
import { commitEvent } from './commit-event.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, DriverOptions, Prepared } from './driver.js'
import { Pacer } from './pacer.js'
import { prepareTables } from './prepare-tables.js'

/** A lag is told at most this often. */
const LAG_MILLISECONDS = 1_000

/** The driver itself: plans batches, writes them and keeps the pace, on the thread that made it. */
export class ThreadDriver implements Driver {
  readonly #options: DriverOptions
  readonly #tables: readonly TableDefinition[]
  readonly #onEvent: (event: DriverEvent) => void
  readonly #counters: Counters
  readonly #pacer: Pacer
  readonly #aborted = new AbortController()
  #batches: BatchSource | undefined
  /** Open until the writer takes it over. */
  #session: Session | undefined
  #writer: BatchWriter | undefined
  /** Wakes the load from waiting for the next batch. */
  #wake = new AbortController()
  #load: Promise<void> = Promise.resolve()
  #running = false
  #ended = false
  #toldLagAt = Number.NEGATIVE_INFINITY

  constructor(options: DriverOptions, tables: readonly TableDefinition[], onEvent: (event: DriverEvent) => void) {
    this.#options = options
    this.#tables = tables
    this.#onEvent = onEvent
    this.#counters = new Counters(options.counters)
    this.#pacer = new Pacer(options.options.interval)
  }

  async prepare(): Promise<Prepared> {
    const { options, connection, baselineRows } = this.#options
    const { signal } = this.#aborted
    const sessionOptions = { connection, tables: this.#tables.map(({ name }) => name), signal }
    try {
      this.#session = await openSession(sessionOptions)
      const tell = (event: DriverEvent): void => this.#onEvent(event)
      const baseline = await prepareTables(this.#session, this.#tables, this.#options, tell, signal)
      const input: PlanInput = { ...options, tables: this.#tables, baseline, baselineRows }
      const { retryFor } = options
      this.#batches = openBatches(input)
      this.#writer = new BatchWriter(this.#session, {
        ...sessionOptions,
        rows: planRows(input),
        retryFor,
        events: this.#events,
      })
      if (baselineRows > 0) await this.#writer.write(Planner.baseline(input))
      return { baseline }
    } catch (error) {
      await this.#end(error as Error)
      throw error
    }
  }

  async run(): Promise<void> {
    if (this.#running || this.#ended) return
    this.#running = true
    this.#wake = new AbortController()
    this.#load = this.#loadOn()
  }

  async pause(): Promise<void> {
    this.#running = false
    this.#wake.abort()
    await this.#load
  }

  async step(commits: number): Promise<void> {
    if (this.#running) throw new StateError('Expected a stream that stands still, got one that runs. Pause it first.')
    this.#load = this.#load.then(async () => {
      for (let left = commits; left > 0 && !this.#ended; left--) await this.#commitNext()
    })
    await this.#load
  }

  async stop(): Promise<void> {
    await this.pause()
    await this.#end()
  }

  async abort(): Promise<void> {
    this.#running = false
    this.#wake.abort()
    this.#aborted.abort(new StateError('The stream was ended before its batch was committed.'))
    this.#destroy()
    await this.#load
    await this.#end()
  }

  async #loadOn(): Promise<void> {
    this.#pacer.start(performance.now())
    while (this.#running && !this.#ended) {
      const wait = this.#pacer.next(performance.now())
      this.#tellLag()
      if (wait > 0) await delay(wait, undefined, { signal: this.#wake.signal }).catch(() => {})
      if (this.#running) await this.#commitNext()
    }
  }

  /** Never rejects: an error ends the stream and is told by the event `ended`. */
  async #commitNext(): Promise<void> {
    try {
      const batch = this.#batches!.next()
      const begun = performance.now()
      await this.#writer!.write(batch)
      this.#acknowledge(batch, performance.now() - begun)
      if (batch.commit >= this.#options.options.batches) await this.#end()
    } catch (error) {
      await this.#end(error as Error)
    }
  }

  #acknowledge(batch: Batch, milliseconds: number): void {
    this.#counters.acknowledged = batch.commit
    const names = this.#tables.map(({ name }) => name)
    this.#onEvent(commitEvent(batch, names, milliseconds, this.#pacer.lag))
  }

  #tellLag(): void {
    const now = performance.now()
    const { lag } = this.#pacer
    if (lag <= this.#options.options.interval || now - this.#toldLagAt < LAG_MILLISECONDS) return
    this.#toldLagAt = now
    this.#onEvent({ type: 'lag', milliseconds: lag })
  }

  async #end(error?: Error): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#running = false
    if (error) this.#destroy()
    await this.#writer?.close().catch(() => {})
    this.#onEvent(error ? { type: 'ended', error } : { type: 'ended' })
  }

  #destroy(): void {
    if (this.#writer) this.#writer.destroy()
    else if (this.#session) destroySession(this.#session.client)
  }

  readonly #events = {
    commitSent: (commit: number): void => {
      if (commit > MOST_COMMITS) throw new WriteError(`Expected at most ${MOST_COMMITS} commits, got one more.`)
      this.#counters.sent = commit
    },
    retry: (commit: number, attempt: number, reason: string): void =>
      this.#onEvent({ type: 'retry', commit, attempt, reason }),
    resolved: (commit: number, committed: boolean): void => this.#onEvent({ type: 'resolved', commit, committed }),
  }
}

/** Commits are counted in 32 bits. */
const MOST_COMMITS = 0x7fff_ffff
