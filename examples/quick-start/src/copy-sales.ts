import type { Pool } from 'pg'

/** The job under test: brings `sales_copy` up to date with `store_sales_heap`. */
export async function copySales(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query('DELETE FROM sales_copy')
    await client.query('INSERT INTO sales_copy SELECT * FROM store_sales_heap')
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    client.release(true) // ends the connection, and what was begun on it
    throw error
  }
}
