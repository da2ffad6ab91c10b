import type { Pool } from 'pg'
import { inTransaction, ONE_SNAPSHOT } from './in-transaction.js'

export const CREATE_ORDER_HISTORY = `CREATE TABLE order_history (
  id int8 NOT NULL, customer int4 NOT NULL, status text NOT NULL,
  valid_from timestamptz NOT NULL, valid_to timestamptz, is_current bool NOT NULL
)`

// #region job
/** Closes the versions that hold no more: of orders that have changed, and of those that are gone. */
const CLOSE = `
  UPDATE order_history AS h SET valid_to = now(), is_current = false
   WHERE is_current AND NOT EXISTS (
     SELECT FROM orders AS o WHERE (o.id, o.customer, o.status) = (h.id, h.customer, h.status))`

/** Adds a version of each order that has none now. */
export const OPEN = `
  INSERT INTO order_history SELECT id, customer, status, now(), NULL, true FROM orders AS o
   WHERE NOT EXISTS (SELECT FROM order_history AS h WHERE h.id = o.id AND h.is_current)`

/** The job: a dimension of type 2. */
export async function keepHistory(pool: Pool): Promise<void> {
  await inTransaction(pool, ONE_SNAPSHOT, async (client) => {
    await client.query(CLOSE)
    await client.query(OPEN)
  })
}
// #endregion job
