import { PlannedLedger } from '../ledger/planned-ledger.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { StartedTarget } from '../database/started-target.js'
import { Counters } from '../driver/counters.js'
import type { Driver, DriverEvent, Rerun } from '../driver/driver.js'
import { fitTables } from '../preflight/fit-tables.js'
import { loadTables } from '../options/load-tables.js'
import { expectSameTables } from '../options/token/table-identity.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { StreamResources } from './stream-resources.js'

/** What a stream has once it is connected. */
export interface Opened {
  /** Target `none` has none. */
  readonly target: StartedTarget | undefined
  readonly driver: Driver
  readonly input: PlanInput
  readonly ledger: PlannedLedger
}

/** What a stream is opened for. */
export interface OpeningSetting {
  readonly options: ResolvedOptions
  readonly resources: StreamResources
  /** Rows of every table to write as commit 0. */
  readonly baselineRows: number
  readonly rerun: Rerun | undefined
  readonly onEvent: (event: DriverEvent) => void
  /** Called once the stream is connected, before anyone else is told; the stream ends with what it throws. */
  readonly onOpened: (opened: Opened) => Promise<void>
  readonly onFailed: (error: Error) => void
}

/** Connects a stream when it is first needed, and once. */
export class Opening {
  readonly #setting: OpeningSetting
  readonly #buffer = Counters.allocate()
  readonly #counters = new Counters(this.#buffer)
  /** The last that was set. */
  #rate: number | undefined
  #driver: Driver | undefined
  #opened: Opened | undefined
  #begun: Promise<Opened> | undefined

  constructor(setting: OpeningSetting) {
    this.#setting = setting
  }

  /** Undefined where nobody has asked for the stream yet. */
  get begun(): Promise<Opened> | undefined {
    return this.#begun
  }

  /** Undefined until it is prepared. */
  get opened(): Opened | undefined {
    return this.#opened
  }

  /** Undefined until it is made; it may have to be prepared still. */
  get driver(): Driver | undefined {
    return this.#driver
  }

  /** The last commit that the database has acknowledged. */
  get acknowledged(): number {
    return this.#counters.acknowledged
  }

  /** The last commit whose COMMIT was sent. */
  get sent(): number {
    return this.#counters.sent
  }

  /** @param before what has to have ended first */
  open(before?: { stop(): Promise<unknown> }): Promise<Opened> {
    this.#begun ??= this.#connect(before).catch((error: unknown) => {
      this.#setting.onFailed(error as Error)
      throw error
    })
    return this.#begun
  }

  setRate(changesPerSecond: number): void {
    this.#rate = changesPerSecond
    // An error of the load is told by `finished`.
    this.#opened?.driver.setRate(changesPerSecond).catch(() => {})
  }

  async #connect(before: { stop(): Promise<unknown> } | undefined): Promise<Opened> {
    const { options, resources, baselineRows, rerun, onEvent, onOpened } = this.#setting
    await before?.stop().catch(() => {})
    const target = await resources.openTarget()
    const definitions = await loadTables(options.tables)
    const tables = fitTables(definitions, options.start)
    expectSameTables(tables, options.start?.tables ?? [], options)
    const driverOptions = { options, baselineRows, counters: this.#buffer, ...(rerun && { rerun }) }
    const driver = resources.makeDriver(driverOptions, target, definitions, onEvent)
    this.#driver = driver
    const { baseline } = await driver.prepare()
    if (this.#rate !== undefined) await driver.setRate(this.#rate)
    const planned = tables.map((definition, index) => ({ definition, baseline: baseline[index]! }))
    const input: PlanInput = { ...options, tables: planned, baselineRows }
    const ledger = new PlannedLedger(input, this.#counters)
    this.#opened = { target, driver, input, ledger }
    await onOpened(this.#opened)
    return this.#opened
  }
}
