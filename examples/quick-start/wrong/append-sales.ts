import type { Pool } from 'pg'
import { again } from '../test/again.js'

/**
 * A job whose second try is blind: it asks once where it was, and then tries again only to write. Where its rows were written and the answer
 * was lost, they are there twice.
 */
export async function appendSales(pool: Pool): Promise<void> {
  const { rows } = await again(() =>
    pool.query<{ last: string }>('SELECT coalesce(max(ss_id), 0) AS last FROM sales_copy'),
  )
  const last = rows[0]?.last
  await again(() => pool.query('INSERT INTO sales_copy SELECT * FROM store_sales_heap WHERE ss_id > $1::int8', [last]))
}
