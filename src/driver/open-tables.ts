import { TargetError } from '../errors.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { attend } from '../writer/on-session.js'
import { openSession, type Session, type SessionOptions } from '../writer/session.js'
import { isTransient } from '../database/transient.js'
import { tryAgain } from '../writer/retry.js'
import type { DriverOptions, Rerun } from './driver.js'
import { givenTables } from '../preflight/fit-tables.js'
import { type PreparedTables, prepareTables } from '../preflight/prepare-tables.js'
import type { SessionPool } from '../writer/session-pool.js'
import type { StreamEvent } from './stream-event.js'
import { PlannedLedger } from '../ledger/planned-ledger.js'
import type { RowDifference } from '../ledger/verification.js'
import type { PlanInput } from '../plan/plan-input.js'

/** Milliseconds for the server to notice that the process whose run is resumed has died, and to finish what it does. */
const PATIENCE = 30_000

/** A session of a driver, and what the driver finds with it. */
interface OpenTables extends PreparedTables {
  readonly session: Session
  /** The last commit of the run that is resumed; undefined for one that begins. */
  readonly lastCommit: number | undefined
}

/**
 * Opens the session of a driver, and makes sure that the tables are as its changes take them to be; on another session,
 * from the beginning, when one is lost meanwhile.
 *
 * @param pool Where the session may come from
 */
export async function openTables(
  driver: DriverOptions,
  definitions: readonly TableDefinition[],
  pool: SessionPool | undefined,
  tell: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<OpenTables> {
  const { options, connection, rerun, baselineRows } = driver
  const { schema } = connection
  const names = definitions.map(({ name }) => name)
  const { start, resumes, batches, shard, retryFor, answerWithin } = options
  const attendance = { answerWithin, signal }
  const given = start
    ? givenTables(definitions, start)
    : rerun?.baseline && definitions.map((definition, index) => ({ definition, baseline: rerun.baseline![index]! }))
  const empty = ({ client }: Session, how: Rerun): Promise<void> =>
    client.empty({ ...how, schema, tables: names, patience: retryFor }).catch((cause: Error) => {
      throw new TargetError(
        `Expected to empty the tables of schema \`${schema}\` before the script, got: ${cause.message.replace(/\.$/, '')}. ` +
          'End the sessions that use them, and look at `reset`.',
        { cause },
      )
    })
  const found = async (session: Session, { tables, locksWhole }: PreparedTables): Promise<OpenTables> => {
    const find = (): Promise<number> =>
      findLastCommit(session, schema, { ...options, tables, baselineRows }, batches, signal)
    return { session, tables, locksWhole, lastCommit: resumes ? await session.client.reading(find, true) : undefined }
  }
  const scripts = rerun && pool?.scripts
  if (rerun && given) {
    const session = await pool?.takeLeft(connection, attendance, (left) => empty(left, rerun))
    if (session) return found(session, { tables: given, locksWhole: scripts?.locksWhole ?? [] })
  }
  const patience = resumes ? PATIENCE : 0
  const claim = { connection, tables: names, shard: shard?.index, patience }
  const sessionOptions: SessionOptions = { ...claim, answerWithin, signal }
  const tellNew = onlyNew(tell)
  let last = scripts?.backend

  const attempt = async (number: number): Promise<OpenTables> => {
    const mayWait = patience === 0 && !rerun && number === 1
    const waiting = mayWait ? await pool?.take(sessionOptions, signal) : undefined
    const session = waiting ?? (await openSession(sessionOptions, last))
    last = session.backend
    if (scripts) scripts.backend = session.backend
    try {
      return await attend({ ...session, connection }, attendance, async () => {
        const prepared = scripts?.locksWhole
          ? { tables: given ?? [], locksWhole: scripts.locksWhole }
          : await session.client.reading(() => prepareTables(session, definitions, driver, tellNew, signal), true)
        if (scripts) scripts.locksWhole = prepared.locksWhole
        if (rerun) await empty(session, rerun)
        return found(session, { ...prepared, tables: given ?? prepared.tables })
      })
    } catch (error) {
      session.client.destroy()
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

/** How many differing rows an error names. */
const MOST_TOLD = 3

/**
 * Finds the last commit of a run whose process died, by the rows in its tables.
 *
 * @param last The last commit that is planned
 * @throws TargetError when the tables are not as after any commit
 */
async function findLastCommit(
  { client }: Session,
  schema: string,
  input: PlanInput,
  last: number,
  signal: AbortSignal,
): Promise<number> {
  // One of its own: it looks far beyond what was committed.
  const ledger = new PlannedLedger(input, { sent: 0, acknowledged: 0 })
  const reader = client.tableReader(schema)
  const { equal, commit, differing, differences } = await ledger.locate(reader, { last, signal })
  if (equal) return commit
  const told = differences.slice(0, MOST_TOLD).map(describe)
  const more = differing - told.length
  throw new TargetError(
    `Expected the tables in schema \`${schema}\` to be as after some commit of the run that is resumed, got other rows: ` +
      `commit ${commit} comes near, but for ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}. ` +
      'Somebody else wrote to them, or they are those of another run.',
  )
}

function describe({ table, key, kind, columns }: RowDifference): string {
  const [column] = columns
  const values = column && ` (${column.column} is ${column.actual ?? 'NULL'} instead of ${column.expected ?? 'NULL'})`
  return `${table} ${key} ${kind}${values ?? ''}`
}
