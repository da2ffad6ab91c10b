import type { Pool } from 'pg'

/** The job as it is often written: it only looks at rows with a higher key than the last one that it has copied. */
export async function copySales(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO sales_copy SELECT * FROM store_sales_heap
      WHERE ss_id > (SELECT coalesce(max(ss_id), 0) FROM sales_copy)`,
  )
}
