import { TargetError } from '../errors.js'
import type { PlanTable } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { emptyTables } from '../writer/empty-tables.js'
import { attend } from '../writer/on-session.js'
import { destroySession, openSession, readWholeTables, type Session, type SessionOptions } from '../writer/session.js'
import { isLostConnection, isTransient } from '../database/transient.js'
import { tryAgain } from '../writer/try-again.js'
import type { DriverOptions, Rerun } from './driver.js'
import { givenTables } from '../preflight/fit-tables.js'
import { guardSession } from '../writer/guard-session.js'
import type { IdleSessions } from '../writer/idle-sessions.js'
import { type PreparedTables, prepareTables } from '../preflight/prepare-tables.js'
import type { SessionKeeper } from '../writer/session-keeper.js'
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
  tell: (event: StreamEvent) => void,
  signal: AbortSignal,
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
  const guard = { answerWithin, signal }
  const isLost = (error: unknown): boolean => isLostConnection(error) && !signal.aborted
  const baseline = rerun?.baseline
  const given = start
    ? givenTables(definitions, start)
    : baseline && definitions.map((definition, index) => ({ definition, baseline: baseline[index]! }))
  if (kept && rerun && given) {
    const tables = given
    const isUsable = await guardSession(kept, connection, guard, () => empty(kept, rerun), isLost)
    if (isUsable) {
      const { locksWhole = [] } = keeper ?? {}
      return { session: kept, tables, locksWhole, found: await find(kept, tables) }
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
      const attended = { client: session.client, backend: session.backend.pid, connection }
      return await attend(attended, guard, async () => {
        let prepared: PreparedTables = {
          tables: given ?? [],
          locksWhole: keeper?.locksWhole ?? [],
        }
        if (!keeper?.locksWhole) {
          prepared = await readWholeTables(session, () => prepareTables(session, definitions, options, tellNew, signal))
        }
        if (keeper) keeper.locksWhole = prepared.locksWhole
        if (rerun) await empty(session, rerun)
        const planned = given ?? prepared.tables
        return { session, ...prepared, tables: planned, found: await find(session, planned) }
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
