import type { Pool } from 'pg'
import { UNKNOWN } from './dimensions.js'

/** One row of the summary, as `pg` returns it: counts and sums are texts. */
export interface StoreDay {
  readonly store: number
  readonly day: number
  readonly sales: string
  readonly quantity: string
  readonly paid: string
  readonly profit: string
}

/** Sales by store and day. A sale with an unknown store or day is in it, so that the totals are those of the sales. */
export const CREATE_SUMMARY: readonly string[] = [
  `CREATE MATERIALIZED VIEW store_day_summary AS
     SELECT s_store_sk AS store, d_date_sk AS day, min(s_store_name) AS store_name, min(d_date) AS date,
            count(*) AS sales,
            coalesce(sum(ss_quantity), 0) AS quantity,
            coalesce(sum(ss_net_paid_inc_tax), 0.00) AS paid,
            coalesce(sum(ss_net_profit), 0.00) AS profit
       FROM store_sales_heap
       JOIN store ON s_store_sk = coalesce(ss_store_sk, ${UNKNOWN})
       JOIN date_dim ON d_date_sk = coalesce(ss_sold_date_sk, ${UNKNOWN})
      GROUP BY s_store_sk, d_date_sk`,
  // REFRESH … CONCURRENTLY needs it.
  'CREATE UNIQUE INDEX ON store_day_summary (store, day)',
]

/** The job: brings the summary up to date, while others read it. */
export async function refreshSummary(pool: Pool): Promise<void> {
  await pool.query('REFRESH MATERIALIZED VIEW CONCURRENTLY store_day_summary')
}

export async function readSummary(pool: Pool): Promise<StoreDay[]> {
  const { rows } = await pool.query<StoreDay>(
    'SELECT store, day, sales, quantity, paid, profit FROM store_day_summary ORDER BY store, day',
  )
  return rows
}
