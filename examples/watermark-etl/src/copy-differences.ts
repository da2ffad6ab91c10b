import type { Pool } from 'pg'

/**
 * The job that loses nothing: it compares the whole rows, not only their numbers, and takes away what is gone or has
 * changed before it copies what is missing. Both statements see the source at the same moment: with READ COMMITTED, the
 * default, the second one would see commits that the first one did not, and the copy would be a mixture of the two.
 */
export async function copyDifferences(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await client.query(
      `DELETE FROM sales_copy AS c WHERE NOT EXISTS (
         SELECT FROM store_sales_heap AS s WHERE s.ss_id = c.ss_id AND (s.*) IS NOT DISTINCT FROM (c.*))`,
    )
    await client.query(
      `INSERT INTO sales_copy SELECT s.* FROM store_sales_heap AS s
         WHERE NOT EXISTS (SELECT FROM sales_copy AS c WHERE c.ss_id = s.ss_id)`,
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
