import type { Pool, PoolClient } from 'pg'

/** All statements see the tables as they are at the first one. With a mere BEGIN, each sees what is committed by then. */
export const ONE_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ'

/** Does work that others see all at once. */
export async function inTransaction(
  pool: Pool,
  begin: 'BEGIN' | typeof ONE_SNAPSHOT,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(begin)
    await work(client)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
