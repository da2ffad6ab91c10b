import type { ClientBase } from 'pg'
import type { Backend } from '../client.js'

const FIND = `FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = coalesce($2, backend_start::text)`

/** The server process of a session. */
export async function ownBackend(client: ClientBase): Promise<Backend> {
  // The view joins what is not needed here, and takes five times as long in a session that has just begun.
  const { rows } = await client.query<Backend>(
    'SELECT pid, backend_start::text AS start FROM pg_stat_get_activity(pg_backend_pid())',
  )
  return rows[0]!
}

/** Ends what a server process is at work on, if it waits for a lock. */
export async function cancelWait(client: ClientBase, { pid, start }: Backend): Promise<void> {
  await client.query(`SELECT pg_cancel_backend(pid) ${FIND} AND wait_event_type = 'Lock'`, [pid, start])
}

/**
 * Ends a server process. A connection pooler may have given it to this very session, and has ended its transaction before.
 */
export async function endBackend(
  client: ClientBase,
  { pid, start }: Pick<Backend, 'pid'> & Partial<Backend>,
): Promise<void> {
  await client.query(`SELECT pg_terminate_backend(pid) ${FIND} AND pid <> pg_backend_pid()`, [pid, start])
}

/** Whether a server process is there that is not the session's own. */
export async function isThere(client: ClientBase, { pid, start }: Backend): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT 1 ${FIND} AND pid <> pg_backend_pid()`, [pid, start])
  return rowCount !== 0
}
