import type { Pool } from 'pg'
import { TAXED_ORDERS } from './models.js'

/**
 * Puts what is new or changed in the place of what was there.
 *
 * @param lookback how much later than its stamp a row can become visible
 */
export async function merge(pool: Pool, lookback = '3 seconds'): Promise<void> {
  await pool.query(
    `INSERT INTO taxed_orders ${TAXED_ORDERS}
       WHERE updated_at >= (SELECT coalesce(max(updated_at), '-infinity') FROM taxed_orders) - $1::interval
       ON CONFLICT (id) DO UPDATE
         SET status = excluded.status, gross = excluded.gross, updated_at = excluded.updated_at`,
    [lookback],
  )
}
