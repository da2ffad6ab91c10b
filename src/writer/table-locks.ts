import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { TargetError } from '../errors.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { lockClass } from '../database/lock-class.js'

const POLL_MILLISECONDS = 20

/** Which tables a session claims. */
export interface TableClaim {
  readonly connection: ConnectionOptions
  /** The tables that only one stream may write to; none for a further session of a stream. */
  readonly tables: readonly string[]
  /** The stream is one of several that write to the tables, each to rows of its own: this one, from 0 on. */
  readonly shard?: number | undefined
  /** For a further session: the tables of its stream, of which a stream that resumes the same run waits for its end. */
  readonly beside?: readonly string[]
  /** Milliseconds to wait for the sessions of a stream that was killed. @default 0 */
  readonly patience?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Takes the advisory locks of a stream's tables, for as long as the session lives: one stream writes to a table, or one
 * for each shard of it.
 *
 * @throws TargetError when another stream holds one
 */
export async function lockTables(client: Client, options: TableClaim): Promise<void> {
  const { connection, tables, shard, beside = [], patience = 0 } = options
  const ids = lockIds(connection.schema, tables, shard)
  if (patience > 0) await untilFree(client, options, ids)
  if (tables.length > 0) await lockOwn(client, options, ids)
  const shared = lockIds(connection.schema, beside, shard)
  if (shared.length > 0) await callEach(client, 'pg_try_advisory_lock_shared', lockClass.beside, shared)
}

/** The shards of a table have neighbouring ids, so that they are never the same. */
function lockIds(schema: string, tables: readonly string[], shard?: number): number[] {
  const offset = shard === undefined ? 0 : shard + 1
  return tables.map(
    (table) => (createHash('sha256').update(`${schema}\0${table}`).digest().readInt32BE(0) + offset) | 0,
  )
}

/**
 * The server notices that a process has died when it next hears from it, and commits what was sent before. Waits until
 * none of its sessions is left: until then, the rows can still change.
 */
async function untilFree(
  client: Client,
  { connection: { schema }, tables, shard, patience = 0, signal }: TableClaim,
  ids: readonly number[],
): Promise<void> {
  const deadline = performance.now() + patience
  const find = `SELECT pid, objid::int8 AS id FROM pg_locks
                 WHERE locktype = 'advisory' AND granted AND classid = ANY ($1::int8[]::oid[])
                   AND objid = ANY ($2::int8[]::oid[])
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  const ownClass = shard === undefined ? lockClass.table : lockClass.shard
  const values = [[ownClass, lockClass.beside], ids.map((id) => id >>> 0)]
  for (;;) {
    const { rows } = await client.query<{ pid: number; id: string }>(find, values)
    const [holder] = rows
    if (!holder) return
    const table = tables[ids.findIndex((id) => id >>> 0 === Number(holder.id))]
    if (performance.now() >= deadline) throw taken(`${schema}.${table}`, shard, holder.pid)
    await delay(POLL_MILLISECONDS, undefined, signal ? { signal } : {})
  }
}

/** Without FROM, so that Cloudberry takes the locks on the coordinator. */
async function callEach(client: Client, lock: string, kind: number, ids: readonly number[]): Promise<boolean[]> {
  const { rows } = await client.query<boolean[]>({
    text: `SELECT ${ids.map((_, i) => `${lock}($1, $${i + 2})`).join(', ')}`,
    values: [kind, ...ids],
    rowMode: 'array',
  })
  return rows[0]!
}

async function lockOwn(
  client: Client,
  { connection: { schema }, tables, shard }: TableClaim,
  ids: readonly number[],
): Promise<void> {
  const lock = async (how: string, kind: number, each: readonly number[], as?: number): Promise<void> => {
    const granted = await callEach(client, how, kind, each)
    const refused = granted.indexOf(false)
    if (refused < 0) return
    const holders = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::oid AND objid = $2::int8::oid AND granted`,
      [kind, each[refused]! >>> 0],
    )
    throw taken(`${schema}.${tables[refused]}`, as, holders.rows[0]?.pid)
  }
  if (shard === undefined) return lock('pg_try_advisory_lock', lockClass.table, ids)
  await lock('pg_try_advisory_lock_shared', lockClass.table, lockIds(schema, tables))
  await lock('pg_try_advisory_lock', lockClass.shard, ids, shard)
}

function taken(table: string, shard: number | undefined, pid: number | undefined): TargetError {
  const holder = pid === undefined ? '' : ` (server process ${pid})`
  const [only, other] = shard === undefined ? ['', 'other tables'] : [` as shard ${shard + 1}`, 'another shard']
  return new TargetError(
    `Expected to be the only stream that writes to \`${table}\`${only}, got another one${holder}. ` +
      `Stop it, or choose ${other} or another schema.`,
  )
}
