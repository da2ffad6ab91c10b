import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import { type BatchSource, openBatches } from '../plan/batch-source.js'
import { emptyBaseline } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { commitEvent } from './commit-event.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, DriverOptions, Prepared } from './driver.js'
import { Pacer } from './pacer.js'
import { RecordedBatches } from './recorded-batches.js'

/** A driver without a database: it plans the batches at their pace, and every one counts as committed at once. */
export class PlanDriver implements Driver {
  readonly #options: Pick<DriverOptions, 'options' | 'baselineRows' | 'counters'>
  readonly #tables: readonly TableDefinition[]
  readonly #onEvent: (event: DriverEvent) => void
  readonly #counters: Counters
  readonly #pacer: Pacer
  #batches: BatchSource | undefined
  #record: RecordedBatches | undefined
  /** Wakes the load from waiting for the next batch. */
  #wake = new AbortController()
  #load: Promise<void> = Promise.resolve()
  #running = false
  #ended = false

  constructor(
    options: Pick<DriverOptions, 'options' | 'baselineRows' | 'counters'>,
    tables: readonly TableDefinition[],
    onEvent: (event: DriverEvent) => void,
  ) {
    this.#options = options
    this.#tables = tables
    this.#onEvent = onEvent
    this.#counters = new Counters(options.counters)
    this.#pacer = new Pacer(options.options.interval)
  }

  async prepare(): Promise<Prepared> {
    const { options, baselineRows } = this.#options
    const baseline = options.start?.baseline ?? this.#tables.map(() => emptyBaseline)
    const input = { ...options, tables: this.#tables, baseline, baselineRows }
    this.#batches = openBatches(input)
    if (options.record !== undefined) {
      this.#batches = this.#record = new RecordedBatches(this.#batches, input, options.record)
    }
    return { baseline }
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
    for (let left = commits; left > 0 && !this.#ended; left--) this.#commitNext()
  }

  async stop(): Promise<void> {
    await this.pause()
    this.#end()
  }

  async abort(): Promise<void> {
    await this.stop()
  }

  async #loadOn(): Promise<void> {
    this.#pacer.start(performance.now())
    while (this.#running && !this.#ended) {
      const wait = this.#pacer.next(performance.now())
      // Without a database there is nothing else that lets the caller have a turn.
      await (wait > 0 ? delay(wait, undefined, { signal: this.#wake.signal }).catch(() => {}) : setImmediate())
      if (this.#running) this.#commitNext()
    }
  }

  /** Never throws: an error ends the stream and is told by the event `ended`. */
  #commitNext(): void {
    try {
      const begun = performance.now()
      const batch = this.#batches!.next()
      this.#counters.sent = batch.commit
      this.#counters.acknowledged = batch.commit
      const names = this.#tables.map(({ name }) => name)
      this.#onEvent(commitEvent(batch, names, performance.now() - begun, this.#pacer.lag))
      if (batch.commit >= this.#options.options.batches) this.#end()
    } catch (error) {
      this.#end(error as Error)
    }
  }

  #end(error?: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#running = false
    this.#record?.close()
    this.#onEvent(error ? { type: 'ended', error } : { type: 'ended' })
  }
}
