import type { Pool } from 'pg'
import { inTransaction } from './in-transaction.js'
import { CUSTOMER_TOTALS } from './models.js'

/** The customers of whom an order is new or changed. */
export const TOUCHED = `
  SELECT customer FROM orders
   WHERE updated_at >= (SELECT coalesce(max(as_of), '-infinity') FROM customer_totals) - interval '3 seconds'`

/** Computes the groups of which something has changed anew, and as a whole. The source is read by one statement. */
export async function deleteInsert(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await client.query(`
      CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
        SELECT * FROM (${CUSTOMER_TOTALS}) AS totals WHERE customer IN (${TOUCHED})`)
    await client.query('DELETE FROM customer_totals WHERE customer IN (SELECT customer FROM fresh)')
    await client.query('INSERT INTO customer_totals SELECT * FROM fresh')
  })
}
