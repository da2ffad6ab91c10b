import type { Pool } from 'pg'
import { TOUCHED } from '../src/delete-insert.js'
import { inTransaction } from '../src/in-transaction.js'
import { merge } from '../src/merge.js'
import { CUSTOMER_TOTALS } from '../src/models.js'

/** Wrong where a row becomes visible after others with later stamps. */
export async function mergeWithoutLookback(pool: Pool): Promise<void> {
  await merge(pool, '0')
}

/** Wrong: it is a transaction, but its statements read the orders one after the other, each as they are by then. */
export async function deleteInsertTorn(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await client.query(`CREATE TEMPORARY TABLE touched ON COMMIT DROP AS ${TOUCHED}`)
    await client.query('DELETE FROM customer_totals WHERE customer IN (SELECT customer FROM touched)')
    await client.query(`
      INSERT INTO customer_totals
        SELECT * FROM (${CUSTOMER_TOTALS}) AS totals WHERE customer IN (SELECT customer FROM touched)`)
  })
}

/** Wrong: puts the sum of what is new in the place of the sum of all. */
export async function deleteInsertNew(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await client.query(`
      CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
        SELECT customer, count(*) AS orders, sum(amount) AS amount, max(updated_at) AS as_of FROM orders
         WHERE updated_at > (SELECT coalesce(max(as_of), '-infinity') FROM customer_totals)
         GROUP BY customer`)
    await client.query('DELETE FROM customer_totals WHERE customer IN (SELECT customer FROM fresh)')
    await client.query('INSERT INTO customer_totals SELECT * FROM fresh')
  })
}
