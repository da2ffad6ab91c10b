import type { Pool } from 'pg'

/** Does statements that all see the tables as they are at the first one, and that others see all at once. */
export async function inOneSnapshot(pool: Pool, ...statements: readonly string[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    for (const statement of statements) await client.query(statement)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
