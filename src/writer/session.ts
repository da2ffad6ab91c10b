import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { TargetError } from '../errors.js'
import { applySettings } from '../target/apply-settings.js'
import { connect } from '../target/connect.js'
import type { ConnectionOptions } from '../target/connection.js'
import { detectDialect, type DialectInfo, sessionSettings } from '../target/dialect.js'

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
}

/** What a session is opened for. */
export interface SessionOptions {
  readonly connection: ConnectionOptions
  /** The tables that only one stream may write to. */
  readonly tables: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/** 'cdc' and a version of the scheme: keeps our advisory locks apart from those of others. */
const LOCK_CLASS = 0x63646301

/**
 * A prepared statement's generic plan is made after five executions and kept while the tables grow: what was right for
 * a thousand rows then scans a million.
 */
const SETTINGS = { plan_cache_mode: 'force_custom_plan', DateStyle: 'ISO' }

const POLL_MILLISECONDS = 20

/**
 * Opens a session: logs in, waits until the session that it replaces is gone from the server, and takes the locks.
 *
 * @throws TargetError when another stream holds a lock
 */
export async function openSession(options: SessionOptions, replaces?: Backend): Promise<Session> {
  const { connection, tables, signal } = options
  const client = await connect(connection, signal ? { signal } : {})
  try {
    const dialect = await detectDialect(client)
    await applySettings(client, { ...sessionSettings(dialect), ...SETTINGS })
    const { rows } = await client.query<Backend>(
      // The view joins what is not needed here, and takes five times as long in a session that has just begun.
      'SELECT pid, backend_start::text AS start FROM pg_stat_get_activity(pg_backend_pid())',
    )
    if (replaces) await outlive(client, replaces, signal)
    await lockTables(client, connection.schema, tables)
    return { client, backend: rows[0]!, dialect }
  } catch (error) {
    destroySession(client)
    throw error
  }
}

/** Ends a session at once, without a word to the server. */
export function destroySession(client: Client): void {
  client.connection.stream.destroy()
}

/** Ends another backend of ours and waits until it is gone: from then on the outcome of its transaction stands. */
async function outlive(client: Client, old: Backend, signal: AbortSignal | undefined): Promise<void> {
  const find = 'FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2'
  await client.query(`SELECT pg_terminate_backend(pid) ${find}`, [old.pid, old.start])
  for (;;) {
    const { rowCount } = await client.query(`SELECT 1 ${find}`, [old.pid, old.start])
    if (rowCount === 0) return
    await delay(POLL_MILLISECONDS, undefined, signal ? { signal } : {})
  }
}

async function lockTables(client: Client, schema: string, tables: readonly string[]): Promise<void> {
  const ids = tables.map((table) => createHash('sha256').update(`${schema}\0${table}`).digest().readInt32BE(0))
  // Without FROM, so that Cloudberry takes the locks on the coordinator.
  const { rows } = await client.query<boolean[]>({
    text: `SELECT ${ids.map((_, i) => `pg_try_advisory_lock($1, $${i + 2})`).join(', ')}`,
    values: [LOCK_CLASS, ...ids],
    rowMode: 'array',
  })
  const refused = rows[0]!.indexOf(false)
  if (refused < 0) return
  const holders = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::oid AND objid = $2::int8::oid AND granted`,
    [LOCK_CLASS, ids[refused]! >>> 0],
  )
  const holder = holders.rows[0] ? ` (server process ${holders.rows[0].pid})` : ''
  throw new TargetError(
    `Expected to be the only stream that writes to \`${schema}.${tables[refused]}\`, got another one${holder}. ` +
      'Stop it, or choose other tables or another schema.',
  )
}
