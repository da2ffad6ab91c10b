import type { Pool } from 'pg'
import { dailyPerformance } from './summaries.js'

/** The daily performance as a materialized view. */
export const CREATE_SUMMARY: readonly string[] = [
  `CREATE MATERIALIZED VIEW store_day_summary AS ${dailyPerformance.sql}`,
  // REFRESH … CONCURRENTLY needs it.
  'CREATE UNIQUE INDEX ON store_day_summary (store, day)',
]

/** The job: brings the summary up to date, while others read it. */
export async function refreshSummary(pool: Pool): Promise<void> {
  await pool.query('REFRESH MATERIALIZED VIEW CONCURRENTLY store_day_summary')
}
