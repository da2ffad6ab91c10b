import { setTimeout as delay } from 'node:timers/promises'
import { type Client, escapeIdentifier } from 'pg'
import { applyKnownSettings, applySettings } from '../database/apply-settings.js'
import { noAnswer } from '../database/bound-silence.js'
import { connect } from '../database/connect.js'
import { TEXT_SETTINGS } from '../database/text-settings.js'
import { detectDialect, type DialectInfo, findingSettings, sessionSettings } from '../database/dialect.js'
import { lockTables, type TableClaim } from './table-locks.js'

/** Tells a server process apart from all others, also across restarts of the server. */
export interface Backend {
  readonly pid: number
  /** When it started, as the server writes it. */
  readonly start: string
}

/** A connection that writes a stream. It holds the stream's advisory locks as long as it lives. */
export interface Session {
  readonly client: Client
  readonly backend: Backend
  readonly dialect: DialectInfo
  /** Its search path as it was logged in. */
  readonly searchPath: string
  /** What the server said about parameters that it refused. The stream does without them. */
  readonly refused: readonly string[]
}

/** What a session is opened for. */
export interface SessionOptions extends TableClaim {
  /** Milliseconds after which a session that leaves a question without a word is given up: its other end may be gone. */
  readonly answerWithin: number
}

/**
 * A prepared statement's generic plan is made after five executions and kept while the tables grow: what was right for
 * a thousand rows then scans a million.
 */
const SETTINGS = { plan_cache_mode: 'force_custom_plan', ...TEXT_SETTINGS }

/**
 * Milliseconds after which the server ends what has stood still, unless the role, the database or the server has limits of
 * its own. The largest batch takes a minute or two, the sample of a large table more; no transaction of ours is idle for
 * longer than it takes to compute a chunk of rows, but for a process that was stopped, and must not keep its locks.
 */
const LIMITS = {
  lock_timeout: 30_000,
  statement_timeout: 1_800_000,
  idle_in_transaction_session_timeout: 300_000,
}

const POLL_MILLISECONDS = 20

/** Milliseconds for what takes a server no time: to log in and be told where, to end a backend, to roll back. */
const SOON = 10_000

/** Milliseconds in which a session has to stand, or to have rolled back. */
export function soon({ answerWithin }: Pick<SessionOptions, 'answerWithin'>): number {
  return Math.min(answerWithin, SOON)
}

/**
 * Opens a session: logs in, waits until the session that it replaces is gone from the server, and takes the locks.
 *
 * @throws TargetError when another stream holds a lock
 */
export async function openSession(options: SessionOptions, replaces?: Backend): Promise<Session> {
  const { connection, signal, answerWithin, patience = 0 } = options
  const bound = soon(options)
  const client = await connect(connection, { timeout: bound, answerWithin, ...(signal ? { signal } : {}) })
  return within(client, patience + bound, signal, async () => {
    const session = await introduce(client)
    if (replaces) await outlive(client, replaces, signal)
    await claimTables(session, options)
    return session
  })
}

/** Learns what the session talks to, and sets what it needs. */
async function introduce(client: Client): Promise<Session> {
  const dialect = await detectDialect(client)
  const { rows } = await client.query<Backend & { searchPath: string; unlimited: readonly (keyof typeof LIMITS)[] }>(
    // The view joins what is not needed here, and takes five times as long in a session that has just begun.
    `SELECT pid, backend_start::text AS start, current_setting('search_path') AS "searchPath",
              ARRAY(SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) = '0') AS unlimited
         FROM pg_stat_get_activity(pg_backend_pid())`,
    [Object.keys(LIMITS)],
  )
  const { unlimited, searchPath, ...backend } = rows[0]!
  const limits = Object.fromEntries(unlimited.map((name) => [name, String(LIMITS[name])]))
  await applySettings(client, { ...SETTINGS, ...limits, ...findingSettings(dialect) })
  const refused = await applyKnownSettings(client, sessionSettings(dialect))
  return { client, backend, dialect, searchPath, refused }
}

/**
 * Makes a session that of a stream: triggers find the schema first, and after it what they found before; and it takes the
 * locks, of which it holds none.
 *
 * @throws TargetError when another stream holds one
 */
export async function claimTables({ client, searchPath }: Session, options: SessionOptions): Promise<void> {
  const { connection } = options
  // Not at the log-in, by the start-up parameter `options`: connection poolers refuse it.
  const path = [escapeIdentifier(connection.schema), searchPath].filter((part) => part !== '').join(', ')
  await client.query(`SELECT set_config('search_path', $1, false)`, [path])
  await lockTables(client, options)
}

/**
 * Reads whole tables on a session that writes, and plans these questions as the server does by itself. What throws leaves
 * the session so.
 */
export async function readWholeTables<T>({ client, dialect }: Session, read: () => Promise<T>): Promise<T> {
  const settings = findingSettings(dialect)
  const resets = Object.keys(settings).map((name) => `RESET ${client.escapeIdentifier(name)}`)
  if (resets.length > 0) await client.query(resets.join(';'))
  const found = await inUtc(client, read)
  await applySettings(client, settings)
  return found
}

/** Reads rows on a session that writes. What throws leaves the session so. */
export async function inUtc<T>(client: Client, read: () => Promise<T>): Promise<T> {
  await client.query("SET TimeZone TO 'UTC'")
  const found = await read()
  await client.query('RESET TimeZone')
  return found
}

/** Gives back the locks of a stream. Returns false when the session is not fit for another one. */
export async function freeTables({ client }: Session): Promise<boolean> {
  if (client.getTransactionStatus() !== 'I') return false
  return client.query('SELECT pg_advisory_unlock_all()').then(
    () => true,
    () => false,
  )
}

/** Ends a session at once, without a word to the server. */
export function destroySession(client: Client, reason?: Error): void {
  client.connection.stream.destroy(reason)
}

/**
 * Ends a session whose work fails, takes too long or is given up.
 *
 * @throws what the work throws, and the signal's reason
 */
export async function within<T>(
  client: Client,
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const end = (): void => destroySession(client, noAnswer(milliseconds))
  const timer = setTimeout(end, milliseconds)
  signal?.addEventListener('abort', end, { once: true })
  try {
    signal?.throwIfAborted()
    return await work()
  } catch (error) {
    destroySession(client)
    signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

/**
 * Ends another backend of ours and waits until it is gone: from then on the outcome of its transaction stands. A connection
 * pooler may have given it to this very session, and has ended its transaction before.
 */
export async function outlive(client: Client, old: Backend, signal: AbortSignal | undefined): Promise<void> {
  const find = 'FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2 AND pid <> pg_backend_pid()'
  await client.query(`SELECT pg_terminate_backend(pid) ${find}`, [old.pid, old.start])
  for (;;) {
    const { rowCount } = await client.query(`SELECT 1 ${find}`, [old.pid, old.start])
    if (rowCount === 0) return
    await delay(POLL_MILLISECONDS, undefined, signal ? { signal } : {})
  }
}
