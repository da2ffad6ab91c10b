import type { Pool } from 'pg'
import { inTransaction, ONE_SNAPSHOT } from '../src/in-transaction.js'
import { OPEN } from '../src/order-history.js'

/** Wrong: it looks for changed orders among those that are there, so what was deleted stays current for ever. */
export async function keepWithoutDeletes(pool: Pool): Promise<void> {
  await inTransaction(pool, ONE_SNAPSHOT, async (client) => {
    await client.query(`
      UPDATE order_history AS h SET valid_to = now(), is_current = false
        FROM orders AS o WHERE h.is_current AND o.id = h.id AND (o.customer, o.status) <> (h.customer, h.status)`)
    await client.query(OPEN)
  })
}

/** Wrong: an order that has its old status again opens the old version again, as if nothing had been in between. */
export async function reopen(pool: Pool): Promise<void> {
  await inTransaction(pool, ONE_SNAPSHOT, async (client) => {
    await client.query(`
      UPDATE order_history AS h SET is_current = (h.status = o.status),
             valid_to = CASE WHEN h.status = o.status THEN NULL ELSE coalesce(valid_to, now()) END
        FROM orders AS o WHERE o.id = h.id`)
    await client.query(`
      UPDATE order_history AS h SET valid_to = now(), is_current = false
       WHERE is_current AND NOT EXISTS (SELECT FROM orders AS o WHERE o.id = h.id)`)
    await client.query(OPEN)
  })
}
