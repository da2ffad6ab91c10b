import type { Pool, QueryResult } from 'pg'
import { COPIES } from '../src/sink-tables.js'

/** What each table's copy holds, all as they were at one moment. */
export async function readCopies(pool: Pool): Promise<Record<string, QueryResult>> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const copies: Record<string, QueryResult> = {}
    for (const [table, copy] of Object.entries(COPIES)) copies[table] = await client.query(`SELECT * FROM ${copy}`)
    await client.query('COMMIT')
    return copies
  } finally {
    client.release()
  }
}
