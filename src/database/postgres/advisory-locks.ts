import type { ClientBase } from 'pg'
import type { Locks } from '../client.js'

/** Without FROM, so that Cloudberry takes the locks on the coordinator. */
export async function tryLocks(client: ClientBase, { kind, ids, shared = false }: Locks): Promise<readonly boolean[]> {
  const lock = shared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
  const { rows } = await client.query<boolean[]>({
    text: `SELECT ${ids.map((_, i) => `${lock}($1, $${i + 2})`).join(', ')}`,
    values: [kind, ...ids],
    rowMode: 'array',
  })
  return rows[0] ?? []
}

const HOLDERS = `
  SELECT pid, objid::int8 AS id FROM pg_locks
   WHERE locktype = 'advisory' AND granted AND classid = ANY ($1::int8[]::oid[]) AND objid = ANY ($2::int8[]::oid[])
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** Who holds locks of some classes in this database. */
export async function lockHolders(
  client: ClientBase,
  kinds: readonly number[],
  ids: readonly number[],
): Promise<readonly { pid: number; id: number }[]> {
  const { rows } = await client.query<{ pid: number; id: string }>(HOLDERS, [kinds, ids.map((id) => id >>> 0)])
  return rows.map(({ pid, id }) => ({ pid, id: Number(id) | 0 }))
}
