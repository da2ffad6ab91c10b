import type { Pool } from 'pg'

/** Everything that is committed lies before this. `pg_current_wal_lsn` may lie behind it, where nothing is sent yet. */
export async function flushedPosition(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn')
  return rows[0]!.lsn
}
