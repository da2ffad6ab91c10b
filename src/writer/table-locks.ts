import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseClient, Locks } from '../database/client.js'
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
export async function lockTables(client: DatabaseClient, options: TableClaim): Promise<void> {
  const { connection, tables, shard, beside = [], patience = 0 } = options
  const ids = lockIds(connection.schema, tables, shard)
  if (patience > 0) await untilFree(client, options, ids)
  if (tables.length > 0) await lockOwn(client, options, ids)
  const shared = lockIds(connection.schema, beside, shard)
  if (shared.length > 0) await client.tryLocks({ kind: lockClass.beside, ids: shared, shared: true })
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
  client: DatabaseClient,
  { connection: { schema }, tables, shard, patience = 0, signal }: TableClaim,
  ids: readonly number[],
): Promise<void> {
  const deadline = performance.now() + patience
  const kinds = [shard === undefined ? lockClass.table : lockClass.shard, lockClass.beside]
  for (;;) {
    const [holder] = await client.lockHolders(kinds, ids)
    if (!holder) return
    if (performance.now() >= deadline) throw taken(`${schema}.${tables[ids.indexOf(holder.id)]}`, shard, holder.pid)
    await delay(POLL_MILLISECONDS, undefined, { signal })
  }
}

async function lockOwn(
  client: DatabaseClient,
  { connection: { schema }, tables, shard }: TableClaim,
  ids: readonly number[],
): Promise<void> {
  const lock = async (locks: Locks, as?: number): Promise<void> => {
    const refused = (await client.tryLocks(locks)).indexOf(false)
    if (refused < 0) return
    const [holder] = await client.lockHolders([locks.kind], [locks.ids[refused]!])
    throw taken(`${schema}.${tables[refused]}`, as, holder?.pid)
  }
  if (shard === undefined) return lock({ kind: lockClass.table, ids })
  await lock({ kind: lockClass.table, ids: lockIds(schema, tables), shared: true })
  await lock({ kind: lockClass.shard, ids }, shard)
}

function taken(table: string, shard: number | undefined, pid: number | undefined): TargetError {
  const holder = pid === undefined ? '' : ` (server process ${pid})`
  const [only, other] = shard === undefined ? ['', 'other tables'] : [` as shard ${shard + 1}`, 'another shard']
  return new TargetError(
    `Expected to be the only stream that writes to \`${table}\`${only}, got another one${holder}. ` +
      `Stop it, or choose ${other} or another schema.`,
  )
}
