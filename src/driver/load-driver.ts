import type { Batch, BatchSource } from '../plan/batch.js'
import type { PlanInput, TableBaseline } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { Counters } from './counters.js'
import type { Driver, DriverEvent, DriverOptions } from './driver.js'
import { PacedLoad } from './paced-load.js'
import type { Slot } from './pacer.js'
import { RecordedBatches } from './recorded-batches.js'
import { commitEvent } from './stream-event.js'

/** What a driver needs that may have no database. */
export type LoadOptions = Pick<DriverOptions, 'options' | 'baselineRows' | 'counters'>

/** A driver on the thread that made it: keeps the pace, counts commits and tells of them. What a commit is, its kind says. */
export abstract class LoadDriver<Options extends LoadOptions> extends PacedLoad implements Driver {
  protected readonly options: Options
  protected readonly tables: readonly TableDefinition[]
  protected readonly counters: Counters
  protected readonly tell: (event: DriverEvent) => void
  #batches: BatchSource | undefined
  #record: RecordedBatches | undefined
  #ended = false

  constructor(options: Options, tables: readonly TableDefinition[], tell: (event: DriverEvent) => void) {
    super(options.options.pace)
    this.options = options
    this.tables = tables
    this.tell = tell
    this.counters = new Counters(options.counters)
  }

  abstract prepare(): Promise<readonly TableBaseline[]>

  override async stop(): Promise<void> {
    await super.stop()
    await this.end()
  }

  async abort(): Promise<void> {
    this.cease()
    this.cutOff()
    await super.stop()
    await this.end()
  }

  /**
   * Takes the next batch and makes a commit of it; returns false when it is given up.
   *
   * @throws what ends the stream
   */
  protected abstract commitNext(): Promise<boolean>

  /** Ends at once what `commitNext` waits for. */
  protected abstract cutOff(): void

  /** Gives back what the driver holds. Called once. */
  protected abstract close(error: Error | undefined): Promise<void>

  /**
   * Sets where the batches come from. They are recorded, where that is asked for.
   *
   * @throws OptionsError when the record cannot be written
   */
  protected async follow(batches: BatchSource, input: PlanInput): Promise<void> {
    const { options } = this.options
    this.#batches = batches
    if (options.record === undefined) return
    this.#batches = this.#record = await RecordedBatches.open(batches, input, options.record, options)
  }

  protected next(): Batch {
    return this.#batches!.next()
  }

  /** @param open how many transactions were open, that of the batch among them */
  protected acknowledge(batch: Batch, milliseconds: number, slot: Slot, open = 1): void {
    this.counters.acknowledged = batch.commit
    const names = this.tables.map(({ name }) => name)
    this.tell(commitEvent(batch, names, { milliseconds, open, ...slot }))
  }

  protected async end(error?: Error): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.cease()
    this.#record?.close()
    await this.close(error)
    this.tell({ type: 'ended', error })
  }

  /** Never rejects: an error ends the stream and is told by the event `ended`. */
  protected async commit(): Promise<void> {
    try {
      const goesOn = await this.commitNext()
      if (!goesOn || this.counters.acknowledged >= this.options.options.batches) await this.end()
    } catch (error) {
      await this.end(error as Error)
    }
  }

  protected onLag(milliseconds: number): void {
    this.tell({ type: 'lag', milliseconds })
  }
}
