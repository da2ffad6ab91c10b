import type { TableDefinition } from '../tables/table-definition.js'
import type { Environment } from '../database/connection/environment.js'
import { openTarget } from '../database/open-target.js'
import type { StartedTarget } from '../database/started-target.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { CdcOptions } from './cdc-options.js'
import type { Driver, DriverEvent, DriverOptions } from '../driver/driver.js'
import { fitTables } from '../preflight/fit-tables.js'
import { hasInlineTables } from '../options/load-tables.js'
import { PlanDriver } from '../driver/plan-driver.js'
import { RemoteDriver } from '../driver/remote-driver.js'
import { SessionKeeper } from '../writer/session-keeper.js'
import type { SessionPool } from '../driver/session-pool.js'
import { sharedWorker, type WorkerChannel } from '../driver/shared-worker.js'
import { RemoteStage } from '../driver/remote-stage.js'
import { LocalStage, type Stage, type StageOptions } from '../driver/stage.js'
import { ThreadDriver } from '../driver/thread-driver.js'

/** How the plan of a stream begins. */
interface PlanSetting {
  /** Lends its session. */
  readonly pool?: SessionPool
  /** Whether its tables were created just now. */
  readonly fresh?: boolean
}

/** What a plan and the scripts of one stream share: the database, and the session that writes the scripts. */
export class StreamResources implements AsyncDisposable {
  readonly #given: CdcOptions
  readonly #environment: Environment
  readonly #pool: SessionPool | undefined
  readonly #fresh: boolean | undefined
  #target: Promise<StartedTarget | undefined> | undefined
  #here: SessionKeeper | undefined
  #there: WorkerChannel | undefined

  constructor(given: CdcOptions, environment: Environment, { pool, fresh }: PlanSetting = {}) {
    this.#given = given
    this.#pool = pool
    this.#fresh = fresh
    this.#environment = environment
  }

  /** The database; undefined with target `none`. */
  openTarget(): Promise<StartedTarget | undefined> {
    this.#target ??= this.#open().catch((error: unknown) => {
      this.#target = undefined
      throw error
    })
    return this.#target
  }

  /** Makes the driver of a plan or script, on the worker thread where that is possible. */
  makeDriver(
    options: Omit<DriverOptions, 'connection' | 'createTables'>,
    target: StartedTarget | undefined,
    tables: readonly TableDefinition[],
    onEvent: (event: DriverEvent) => void,
  ): Driver {
    if (!target) return new PlanDriver(options, fitTables(tables, options.options.start), onEvent)
    const createTables = target.createTables || options.options.createTables
    const driverOptions: DriverOptions = { ...options, connection: target.connection, createTables }
    const isInline = hasInlineTables(options.options.tables)
    if (!options.rerun) {
      const planOptions = { ...driverOptions, fresh: this.#fresh }
      if (isInline) return new ThreadDriver(planOptions, tables, onEvent)
      return new RemoteDriver(planOptions, onEvent, { idle: this.#pool?.channel })
    }
    if (isInline) {
      return new ThreadDriver(driverOptions, tables, onEvent, { keeper: (this.#here ??= new SessionKeeper()) })
    }
    // Told when the thread ends by itself.
    this.#there ??= sharedWorker.keep(() => (this.#there = undefined))
    return new RemoteDriver(driverOptions, onEvent, { keeper: this.#there })
  }

  /** Opens a job's wire on the thread that makes the commits on these tables. */
  openStage(options: StageOptions, tables: ResolvedOptions['tables']): Promise<Stage> {
    return hasInlineTables(tables) ? LocalStage.open(options) : RemoteStage.open(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#here?.close()
    await this.#there?.call('stop').catch(() => {})
    this.#there?.release()
    const target = await this.#target?.catch(() => undefined)
    await target?.[Symbol.asyncDispose]()
  }

  async #open(): Promise<StartedTarget | undefined> {
    const { target = 'auto', dataDir, signal } = this.#given
    if (target === 'none') return undefined
    return openTarget(target, {
      environment: this.#environment,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(signal ? { signal } : {}),
    })
  }
}
