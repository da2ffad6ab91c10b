import { expectPostgres } from '../database/connection/expect-postgres.js'
import type { StartedTarget } from '../database/connection/connection.js'
import { hasInlineTables, type TablesOption } from '../options/load-tables.js'
import { fitTables } from '../preflight/fit-tables.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { SessionPool } from '../writer/session-pool.js'
import type { Driver, DriverEvent, DriverOptions } from './driver.js'
import { PlanDriver } from './plan-driver.js'
import { RemoteDriver } from './remote-driver.js'
import type { RemotePool } from './remote-pool.js'
import { RemoteStage } from './remote-stage.js'
import type { Stage, StageOptions } from './stage.js'
import { ThreadDriver } from './thread-driver.js'

/** Where the sessions of drivers come from, on this thread and on the worker. */
export interface SessionPools {
  readonly here?: SessionPool | undefined
  readonly there?: RemotePool | undefined
}

/**
 * Makes a driver: on the worker thread, but for tables that hold functions of the caller.
 *
 * @param target undefined for a plan without a database
 */
export function openDriver(
  options: Omit<DriverOptions, 'connection' | 'createTables'>,
  target: StartedTarget | undefined,
  tables: readonly TableDefinition[],
  onEvent: (event: DriverEvent) => void,
  { here, there }: SessionPools,
): Driver {
  const { start, tables: option, createTables } = options.options
  if (!target) return new PlanDriver(options, fitTables(tables, start), onEvent)
  const { connection } = target
  const driverOptions: DriverOptions = { ...options, connection, createTables: target.createTables || createTables }
  if (hasInlineTables(option)) return new ThreadDriver(driverOptions, tables, onEvent, here)
  return new RemoteDriver(driverOptions, onEvent, there)
}

/** Opens a job's wire on the thread that makes the commits on these tables. */
export async function openStage(options: StageOptions, tables: TablesOption): Promise<Stage> {
  const todo = 'Let the job connect to the server itself, and judge what it makes by the matchers or by `audit`.'
  expectPostgres(options.connection, '`job`, `explore`, `strike` and `mutate`', todo)
  if (!hasInlineTables(tables)) return RemoteStage.open(options)
  const { LocalStage } = await import('./stage.js')
  return LocalStage.open(options)
}
