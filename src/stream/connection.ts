import { StateError } from '../errors.js'
import { PlannedLedger } from '../ledger/planned-ledger.js'
import { type Ledger, sealLedger } from '../ledger/public-ledger.js'
import type { Verification } from '../ledger/verification.js'
import type { TablePlace } from '../match/narrowed-table.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { loadTables } from '../options/load-tables.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { expectSameTables } from '../options/token/table-identity.js'
import { fitTables } from '../preflight/fit-tables.js'
import { onSession } from '../writer/on-session.js'
import { Counters } from '../driver/counters.js'
import type { Driver, DriverEvent, Rerun } from '../driver/driver.js'
import { openDriver, type SessionPools } from '../driver/open-driver.js'
import type { LifeCycle } from './life-cycle.js'
import type { StreamDatabase } from './stream-database.js'

/** What a run of a stream has once it is connected. */
export interface Connected {
  readonly driver: Driver
  readonly input: PlanInput
  readonly tables: readonly TableDefinition[]
  readonly ledger: PlannedLedger
  /** What users get of it. */
  readonly sealed: Ledger
  /** Undefined with target `none`. */
  readonly target: ConnectionOptions | undefined
  /** Where the tables are, as far as there are any. */
  readonly place: TablePlace
}

/** What a run of a stream connects for. */
export interface ConnectionSetting {
  /** Rows of every table to write as commit 0. @default 0 */
  readonly baselineRows?: number | undefined
  /** Whether its tables were created just now. @default false */
  readonly fresh?: boolean | undefined
  /** Lend the session that writes. @default a session of its own */
  readonly pools?: SessionPools | undefined
  /** For a script, or a plan that begins again. */
  readonly rerun?: Rerun | undefined
}

interface ConnectionEvents {
  readonly onEvent: (event: DriverEvent) => void
  /** Called before anyone else is told that it is there; the run ends with what it throws. */
  readonly onConnected: (connected: Connected) => Promise<void>
}

/** The way of a run to its tables, opened when it is first needed, and once. The run ends where that fails. */
export class Connection {
  readonly #options: ResolvedOptions
  readonly #database: StreamDatabase
  readonly #setting: ConnectionSetting
  readonly #life: LifeCycle
  readonly #events: ConnectionEvents
  readonly #buffer = Counters.allocate()
  readonly #counters = new Counters(this.#buffer)
  /** The last that was set. */
  #rate: number | undefined
  #driver: Driver | undefined
  #connected: Connected | undefined
  #begun: Promise<Connected> | undefined

  constructor(
    options: ResolvedOptions,
    database: StreamDatabase,
    setting: ConnectionSetting,
    life: LifeCycle,
    events: ConnectionEvents,
  ) {
    this.#options = options
    this.#database = database
    this.#setting = setting
    this.#life = life
    this.#events = events
  }

  /** Undefined until it is made; it may have to be prepared still. */
  get driver(): Driver | undefined {
    return this.#driver
  }

  /** Undefined until it is connected. */
  get input(): PlanInput | undefined {
    return this.#connected?.input
  }

  get acknowledged(): number {
    return this.#counters.acknowledged
  }

  get sent(): number {
    return this.#counters.sent
  }

  /** @throws StateError before it is connected; why the run ended where it has ended before */
  get connected(): Connected {
    if (this.#connected) return this.#connected
    this.#life.rethrow()
    throw new StateError('Expected a stream that has begun, got one that has not. Call `start()` or `step()` first.')
  }

  /** @throws StateError before it is connected, and with target `none` */
  get target(): ConnectionOptions {
    const { target } = this.connected
    if (target) return target
    throw new StateError('Expected a stream with a database, got one with the target `none`. Choose another `target`.')
  }

  /** @param before what has to have ended first */
  open(before?: { stop(): Promise<unknown> }): Promise<Connected> {
    this.#begun ??= this.#connect(before).catch((error: unknown) => {
      this.#life.end(error as Error)
      throw error
    })
    return this.#begun
  }

  setRate(changesPerSecond: number): void {
    this.#rate = changesPerSecond
    // An error of the load is told by `finished`.
    this.#connected?.driver.setRate(changesPerSecond).catch(() => {})
  }

  /** Ends the load when the batch in flight is committed. */
  async stop(): Promise<void> {
    if (this.#begun && (this.#connected || !this.#driver)) {
      const { driver } = await this.#begun
      await driver.stop()
    } else {
      // What is read before the first batch is nothing to wait for.
      this.#life.end()
      await this.#driver?.abort()
    }
  }

  /**
   * Reads the tables on a session of its own, and compares them with the ledger after its last commit; from the beginning
   * when the session is lost.
   *
   * @throws TargetError when no session lasts
   */
  verify(options: { readonly retryFor?: number; readonly signal?: AbortSignal }): Promise<Verification> {
    const { target, connected } = this
    const { retryFor, answerWithin } = this.#options
    const { signal } = options
    const what = 'compare the tables with the ledger'
    return onSession(target, { retryFor, answerWithin, ...options, what, known: true, reads: true }, (client) =>
      connected.ledger.verify(client.tableReader(target.schema), signal ? { signal } : {}),
    )
  }

  async #connect(before: { stop(): Promise<unknown> } | undefined): Promise<Connected> {
    const options = this.#options
    const { baselineRows: wanted = 0, fresh, pools = {}, rerun } = this.#setting
    const baselineRows = options.start?.baselineRows ?? wanted
    await before?.stop().catch(() => {})
    const started = await this.#database.open()
    const target = started?.connection
    const definitions = await loadTables(options.tables)
    const tables = fitTables(definitions, options.start)
    expectSameTables(tables, options.start?.tables ?? [], options)
    const driverOptions = { options, baselineRows, counters: this.#buffer, fresh, rerun }
    const driver = openDriver(driverOptions, started, definitions, this.#events.onEvent, pools)
    this.#driver = driver
    const baseline = await driver.prepare()
    if (this.#rate !== undefined) await driver.setRate(this.#rate)
    const planned = tables.map((definition, index) => ({ definition, baseline: baseline[index]! }))
    const input: PlanInput = { ...options, tables: planned, baselineRows }
    const ledger = new PlannedLedger(input, this.#counters)
    const { database, schema } = target ?? {}
    const place = { database, schema }
    this.#connected = { driver, input, tables, ledger, sealed: sealLedger(ledger), target, place }
    await this.#events.onConnected(this.#connected)
    return this.#connected
  }
}
