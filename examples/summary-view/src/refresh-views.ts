import type { Pool } from 'pg'
import { inOneSnapshot } from './in-one-snapshot.js'

/** All sales, beside those by store and day: a report shows both, and they have to add up. */
export const CREATE_TOTAL = `CREATE MATERIALIZED VIEW sales_total AS
  SELECT count(*) AS sales FROM store_sales_heap`

/** The job as it is often written: what is committed between its two statements is in one view only. */
export async function refreshApart(pool: Pool): Promise<void> {
  await pool.query('REFRESH MATERIALIZED VIEW store_day_summary')
  await pool.query('REFRESH MATERIALIZED VIEW sales_total')
}

/** The job: both views show one snapshot. */
export async function refreshTogether(pool: Pool): Promise<void> {
  await inOneSnapshot(pool, 'REFRESH MATERIALIZED VIEW store_day_summary', 'REFRESH MATERIALIZED VIEW sales_total')
}
