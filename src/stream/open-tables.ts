import type { TableDefinition } from '../tables/table-definition.js'
import { emptyTables } from '../writer/empty-tables.js'
import { openSession, readWholeTables, type Session, type SessionOptions } from '../writer/session.js'
import { isLostConnection } from '../writer/transient.js'
import type { DriverOptions, Rerun } from './driver.js'
import { givenTables } from './fit-tables.js'
import { guardSession } from './guard-session.js'
import type { IdleSessions } from './idle-sessions.js'
import { type PreparedTables, prepareTables } from './prepare-tables.js'
import type { SessionKeeper } from './session-keeper.js'
import type { StreamEvent } from './stream-event.js'

/** Milliseconds for the server to notice that the process whose run is resumed has died, and to finish what it does. */
const PATIENCE = 30_000

/** Where a driver's session may come from, and goes to. */
export interface SessionSource {
  /** For a script that follows another one on the same tables. */
  readonly keeper?: SessionKeeper | undefined
  /** For a stream that is not the first on its server. */
  readonly idle?: IdleSessions | undefined
}

/** A session of a driver, and what the driver finds with it. */
interface OpenTables extends PreparedTables {
  readonly session: Session
}

/** Opens the session of a driver, and makes sure that the tables are as its changes take them to be. */
export async function openTables(
  options: DriverOptions,
  definitions: readonly TableDefinition[],
  { keeper, idle }: SessionSource,
  tell: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<OpenTables> {
  const { connection, rerun } = options
  const names = definitions.map(({ name }) => name)
  const { start } = options.options
  const kept = keeper?.take()
  const empty = (session: Session, how: Rerun): Promise<void> => {
    const { schema } = connection
    return emptyTables(session.client, { ...how, schema, tables: names, patience: options.options.retryFor })
  }
  const isLost = (error: unknown): boolean => isLostConnection(error) && !signal.aborted
  if (kept && rerun && start) {
    const isUsable = await guardSession(kept, connection, signal, () => empty(kept, rerun), isLost)
    if (isUsable)
      return { session: kept, tables: givenTables(definitions, start), locksWhole: keeper?.locksWhole ?? [] }
  }
  const patience = options.options.resumes ? PATIENCE : 0
  const shard = options.options.shard?.index
  const { answerWithin } = options.options
  const sessionOptions: SessionOptions = { connection, tables: names, shard, patience, answerWithin, signal }
  const waiting = patience > 0 || keeper ? undefined : await idle?.take(sessionOptions, signal)
  const session = waiting ?? (await openSession(sessionOptions, keeper?.backend))
  if (keeper) keeper.backend = session.backend
  let found: PreparedTables = {
    tables: start ? givenTables(definitions, start) : [],
    locksWhole: keeper?.locksWhole ?? [],
  }
  await guardSession(session, connection, signal, async () => {
    if (!keeper?.locksWhole) {
      found = await readWholeTables(session, () => prepareTables(session, definitions, options, tell, signal))
    }
    if (keeper) keeper.locksWhole = found.locksWhole
    if (rerun) await empty(session, rerun)
  })
  return { session, ...found }
}
