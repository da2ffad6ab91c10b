import type { TableBaseline } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { emptyTables } from '../writer/empty-tables.js'
import { destroySession, openSession, type Session, type SessionOptions } from '../writer/session.js'
import { isLostConnection } from '../writer/transient.js'
import type { DriverOptions, Rerun } from './driver.js'
import { prepareTables } from './prepare-tables.js'
import type { SessionKeeper } from './session-keeper.js'
import type { StreamEvent } from './stream-event.js'

/** Milliseconds for the server to notice that the process whose run is resumed has died, and to finish what it does. */
const PATIENCE = 30_000

/** A session of a driver, and what the driver finds with it. */
interface OpenTables {
  readonly session: Session
  readonly baseline: readonly TableBaseline[]
}

/** Opens the session of a driver, and makes sure that the tables are as its changes take them to be. */
export async function openTables(
  options: DriverOptions,
  definitions: readonly TableDefinition[],
  keeper: SessionKeeper | undefined,
  tell: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<OpenTables> {
  const { connection, rerun } = options
  const tables = definitions.map(({ name }) => name)
  const kept = keeper?.take()
  const empty = (session: Session, how: Rerun): Promise<void> => {
    const { schema } = connection
    return emptyTables(session.client, { ...how, schema, tables, patience: options.options.retryFor })
  }
  if (kept && rerun && options.options.start) {
    const isUsable = await guard(kept, signal, () => empty(kept, rerun), isLostConnection)
    if (isUsable) return { session: kept, baseline: options.options.start.baseline }
  }
  const patience = options.options.resumes ? PATIENCE : 0
  const sessionOptions: SessionOptions = { connection, tables, patience, signal }
  const session = await openSession(sessionOptions, keeper?.backend)
  if (keeper) keeper.backend = session.backend
  let baseline: readonly TableBaseline[] = options.options.start?.baseline ?? []
  await guard(session, signal, async () => {
    if (!keeper?.checked) baseline = await prepareTables(session, definitions, options, tell, signal)
    if (keeper) keeper.checked = true
    if (rerun) await empty(session, rerun)
  })
  return { session, baseline }
}

/** Leaves no session open after an error or an abort. Returns false for an error that is expected. */
async function guard(
  { client }: Session,
  signal: AbortSignal,
  work: () => Promise<void>,
  isExpected: (error: unknown) => boolean = () => false,
): Promise<boolean> {
  const abandon = (): void => destroySession(client)
  signal.addEventListener('abort', abandon, { once: true })
  try {
    await work()
    return true
  } catch (error) {
    abandon()
    if (isExpected(error) && !signal.aborted) return false
    throw error
  } finally {
    signal.removeEventListener('abort', abandon)
  }
}
