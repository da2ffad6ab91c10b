import type { Pool } from 'pg'

/**
 * The job as it is often written: it copies the sales with a larger `ss_id` than any that it has copied so far, and
 * returns how many there were. It never looks at a row again, so it misses UPDATEs, DELETEs, and rows that are committed
 * after rows with a larger `ss_id`.
 */
export async function copyAboveWatermark(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ watermark: string | null }>('SELECT max(ss_id) AS watermark FROM sales_copy')
  const { rowCount } = await pool.query(
    'INSERT INTO sales_copy SELECT * FROM store_sales_heap WHERE ss_id > coalesce($1::int8, -1)',
    [rows[0]?.watermark],
  )
  return rowCount ?? 0
}
