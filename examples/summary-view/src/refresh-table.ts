import type { Pool } from 'pg'
import { inOneSnapshot } from './in-one-snapshot.js'
import type { Summary } from './summaries.js'

/** The job: fills the table of a summary anew. Who reads it meanwhile sees the summary that was there before. */
export async function refreshTable(pool: Pool, { table, sql }: Summary): Promise<void> {
  await inOneSnapshot(pool, `DELETE FROM ${table}`, `INSERT INTO ${table} ${sql}`)
}
