import type { Pool } from 'pg'

/** All sales, beside those by store and day: a report shows both, and they have to add up. */
export const CREATE_TOTAL = `CREATE MATERIALIZED VIEW sales_total AS
  SELECT count(*) AS sales, coalesce(sum(ss_net_paid_inc_tax), 0.00) AS paid FROM store_sales_heap`

/** The job as it is often written: what is committed between its two statements is in one view only. */
export async function refreshApart(pool: Pool): Promise<void> {
  await pool.query('REFRESH MATERIALIZED VIEW store_day_summary')
  await pool.query('REFRESH MATERIALIZED VIEW sales_total')
}

/** The job: both views show one snapshot. */
export async function refreshTogether(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('REFRESH MATERIALIZED VIEW store_day_summary')
    await client.query('REFRESH MATERIALIZED VIEW sales_total')
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
