import type { Pool } from 'pg'
import { TAXED_ORDERS } from './models.js'

/** Adds what is new. Right where rows only come, and where each stamp is later than those before it. */
export async function append(pool: Pool): Promise<void> {
  await pool.query(`
    INSERT INTO order_log ${TAXED_ORDERS}
      WHERE updated_at > (SELECT coalesce(max(updated_at), '-infinity') FROM order_log)`)
}
