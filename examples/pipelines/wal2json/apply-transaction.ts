import type { Pool } from 'pg'

/** A line of wal2json, format version 2, with `include-lsn`. */
export interface Line {
  readonly action: 'B' | 'C' | 'I' | 'U' | 'D'
  readonly lsn: string
  readonly table: string
  /** The row after, of an INSERT or UPDATE. */
  readonly columns?: readonly Column[]
  /** The key before, of an UPDATE or DELETE. */
  readonly identity?: readonly Column[]
}

interface Column {
  readonly name: string
  readonly value: unknown
}

export const CREATE_PROGRESS = "CREATE TABLE progress AS SELECT '0/0'::pg_lsn AS applied"

// #region apply
/** Applies the changes of one transaction, and its position with them: one that is told again changes nothing. */
export async function applyTransaction(pool: Pool, lsn: string, changes: readonly Line[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const { rowCount } = await client.query('UPDATE progress SET applied = $1 WHERE applied < $1', [lsn])
    for (const { table, columns, identity } of rowCount === 1 ? changes : []) {
      for (const { name, value } of identity ?? [])
        await client.query(`DELETE FROM ${table} WHERE ${name} = $1`, [value])
      if (!columns) continue
      const row = Object.fromEntries(columns.map(({ name, value }) => [name, value]))
      await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1)`, [row])
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
// #endregion apply
