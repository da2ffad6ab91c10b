import { TargetError } from '../errors.js'
import type { PlanTable } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { emptyTables } from '../writer/empty-tables.js'
import { attend, type Attendance } from '../writer/on-session.js'
import { destroySession, openSession, readWholeTables, type Session, type SessionOptions } from '../writer/session.js'
import { isLostConnection, isTransient } from '../writer/transient.js'
import { tryAgain } from '../writer/try-again.js'
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
interface OpenTables<Found> extends PreparedTables {
  readonly session: Session
  readonly found: Found
}

/** What opening tables may depend on. */
interface Circumstances {
  readonly tell: (event: StreamEvent) => void
  readonly signal: AbortSignal
}

/**
 * Opens the session of a driver, and makes sure that the tables are as its changes take them to be; on another session,
 * from the beginning, when one is lost meanwhile.
 *
 * @param find What else the driver has to read before it begins
 */
export async function openTables<Found>(
  options: DriverOptions,
  definitions: readonly TableDefinition[],
  { keeper, idle }: SessionSource,
  { tell, signal }: Circumstances,
  find: (session: Session, tables: readonly PlanTable[]) => Promise<Found>,
): Promise<OpenTables<Found>> {
  const { connection, rerun } = options
  const names = definitions.map(({ name }) => name)
  const { start, resumes, retryFor, answerWithin } = options.options
  const kept = keeper?.take()
  const empty = (session: Session, how: Rerun): Promise<void> => {
    const { schema } = connection
    return emptyTables(session.client, { ...how, schema, tables: names, patience: retryFor })
  }
  const guardOf = ({ backend }: Session): Attendance => ({
    answerWithin,
    signal,
    process: { connection, pid: backend.pid },
  })
  const isLost = (error: unknown): boolean => isLostConnection(error) && !signal.aborted
  if (kept && rerun && start) {
    const tables = givenTables(definitions, start)
    const isUsable = await guardSession(kept, guardOf(kept), () => empty(kept, rerun), isLost)
    if (isUsable) {
      return { session: kept, tables, locksWhole: keeper?.locksWhole ?? [], found: await find(kept, tables) }
    }
  }
  const patience = resumes ? PATIENCE : 0
  const shard = options.options.shard?.index
  const sessionOptions: SessionOptions = { connection, tables: names, shard, patience, answerWithin, signal }
  const tellNew = onlyNew(tell)
  let last = keeper?.backend

  const attempt = async (number: number): Promise<OpenTables<Found>> => {
    const mayWait = patience === 0 && !keeper && number === 1
    const waiting = mayWait ? await idle?.take(sessionOptions, signal) : undefined
    const session = waiting ?? (await openSession(sessionOptions, last))
    last = session.backend
    if (keeper) keeper.backend = session.backend
    try {
      return await attend(session.client, guardOf(session), async () => {
        const known = keeper?.locksWhole
        const prepared: PreparedTables = known
          ? { tables: start ? givenTables(definitions, start) : [], locksWhole: known }
          : await readWholeTables(session, () => prepareTables(session, definitions, options, tellNew, signal))
        if (keeper) keeper.locksWhole = prepared.locksWhole
        if (rerun) await empty(session, rerun)
        const found = await readWholeTables(session, () => find(session, prepared.tables))
        return { session, ...prepared, found }
      })
    } catch (error) {
      destroySession(session.client)
      throw error
    }
  }
  return tryAgain(attempt, {
    what: 'look at the tables before the first commit',
    retryFor,
    signal,
    // Where no session was ever had, an address may be wrong: that is told at once, by an error of the log-in.
    canPass: (error) => isTransient(error) && (last !== undefined || !(error instanceof TargetError)),
    onRetry: ({ message }) =>
      tellNew({ type: 'warning', message: `Looking at the tables again, because the session failed: ${message}` }),
  })
}

/** What is found again on another session was told. */
function onlyNew(tell: (event: StreamEvent) => void): (event: StreamEvent) => void {
  const told = new Set<string>()
  return (event) => {
    const text = JSON.stringify(event)
    if (told.has(text)) return
    told.add(text)
    tell(event)
  }
}
