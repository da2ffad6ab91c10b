import type { Pool } from 'pg'
import { UNKNOWN } from '../src/dimensions.js'

const ADD = `ON CONFLICT (store, day) DO UPDATE
  SET sales = p.sales + excluded.sales, quantity = p.quantity + excluded.quantity,
      paid = p.paid + excluded.paid, profit = p.profit + excluded.profit`

const halfOf = (moves: string): string => `
  INSERT INTO daily_performance AS p
    SELECT s_store_sk, d_date_sk, s_store_name, d_date,
           sum(sales), coalesce(sum(quantity), 0), coalesce(sum(paid), 0.00), coalesce(sum(profit), 0.00)
      FROM (${moves}) AS moves
      JOIN store ON s_store_sk = coalesce(moves.store, ${UNKNOWN})
      JOIN date_dim ON d_date_sk = coalesce(moves.day, ${UNKNOWN})
     GROUP BY 1, 2, 3, 4
  ${ADD}`

/** Wrong: the transaction is READ COMMITTED, so each of its statements sees what is committed by then. */
export async function refreshByHalves(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('DELETE FROM daily_performance')
    await client.query(
      halfOf(`SELECT ss_store_sk AS store, ss_sold_date_sk AS day, 1 AS sales, ss_quantity AS quantity,
                     ss_net_paid_inc_tax AS paid, ss_net_profit AS profit FROM store_sales_heap`),
    )
    await client.query(
      halfOf(`SELECT sr_store_sk AS store, sr_returned_date_sk AS day, 0 AS sales, -sr_return_quantity AS quantity,
                     -sr_return_amt_inc_tax AS paid, -sr_net_loss AS profit FROM store_returns_heap`),
    )
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
