import type { ClientBase } from 'pg'
import type { LockWaits } from '../client.js'

/** Follows who waits for whom to the end; a circle ends it as well. */
const WAITS = `
  WITH RECURSIVE waits (waiter, holder) AS (
    SELECT w, h FROM unnest($1::int4[]) AS w, unnest(pg_blocking_pids(w)) AS h
    UNION
    SELECT waiter, h FROM waits, unnest(pg_blocking_pids(holder)) AS h
  )
  SELECT waiter, array_agg(holder) AS holders FROM waits GROUP BY waiter`

/**
 * Asks which of some server processes wait for locks, and for whom. Of a cluster, it is what the coordinator knows: rows
 * are locked on the segments, whose waits only a lock time-out tells (`seesRowLocks`).
 */
export async function lockWaits(client: ClientBase, pids: readonly number[]): Promise<LockWaits> {
  const { rows } = await client.query<{ waiter: number; holders: number[] }>(WAITS, [pids])
  return new Map(rows.map(({ waiter, holders }) => [waiter, holders]))
}
