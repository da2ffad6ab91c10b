import { setImmediate } from 'node:timers/promises'
import { type BatchSource, openBatches } from '../plan/batch-source.js'
import { emptyBaseline } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { commitEvent } from './commit-event.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, DriverOptions, Prepared } from './driver.js'
import { PacedLoad } from './paced-load.js'
import { RecordedBatches } from './recorded-batches.js'

/** A driver without a database: it plans the batches at their pace, and every one counts as committed at once. */
export class PlanDriver implements Driver {
  readonly #options: Pick<DriverOptions, 'options' | 'baselineRows' | 'counters'>
  readonly #tables: readonly TableDefinition[]
  readonly #onEvent: (event: DriverEvent) => void
  readonly #counters: Counters
  readonly #load: PacedLoad
  #batches: BatchSource | undefined
  #record: RecordedBatches | undefined
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
    this.#load = new PacedLoad(
      options.options.pace,
      () => this.#commitNext(),
      (milliseconds) => onEvent({ type: 'lag', milliseconds }),
    )
  }

  async prepare(): Promise<Prepared> {
    const { options, baselineRows } = this.#options
    const baseline = options.start?.baseline ?? this.#tables.map(() => emptyBaseline)
    const input = { ...options, tables: this.#tables, baseline, baselineRows }
    this.#batches = openBatches(input)
    if (options.record !== undefined) {
      this.#batches = this.#record = new RecordedBatches(this.#batches, input, options.record, options)
    }
    return { baseline }
  }

  async run(): Promise<void> {
    this.#load.run()
  }

  async pause(): Promise<void> {
    await this.#load.pause()
  }

  async step(commits: number): Promise<void> {
    await this.#load.step(commits)
  }

  async setRate(changesPerSecond: number): Promise<void> {
    this.#load.setRate(changesPerSecond)
  }

  async hold(): Promise<void> {
    await this.#load.hold()
  }

  async release(): Promise<void> {
    this.#load.release()
  }

  async stop(): Promise<void> {
    await this.#load.stop()
    this.#end()
  }

  async abort(): Promise<void> {
    await this.stop()
  }

  /** Never rejects: an error ends the stream and is told by the event `ended`. */
  async #commitNext(): Promise<void> {
    // Without a database there is nothing else that lets the caller have a turn.
    await setImmediate()
    try {
      const begun = performance.now()
      const batch = this.#batches!.next()
      const slot = this.#load.begin(batch)
      this.#counters.sent = batch.commit
      this.#counters.acknowledged = batch.commit
      const names = this.#tables.map(({ name }) => name)
      this.#onEvent(commitEvent(batch, names, performance.now() - begun, slot))
      if (batch.commit >= this.#options.options.batches) this.#end()
    } catch (error) {
      this.#end(error as Error)
    }
  }

  #end(error?: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#load.end()
    this.#record?.close()
    this.#onEvent(error ? { type: 'ended', error } : { type: 'ended' })
  }
}
