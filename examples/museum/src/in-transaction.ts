import type { ClientBase, Pool } from 'pg'

/** All its statements see the tables as they are at the first one. With a mere BEGIN, each sees what is committed by then. */
export const ONE_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ'

/** Does work that others see all at once. */
export async function inTransaction<T>(
  pool: Pool,
  begin: 'BEGIN' | typeof ONE_SNAPSHOT,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken) // a connection in an unknown state is thrown away, and its transaction with it
  }
}
