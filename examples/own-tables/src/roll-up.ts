import type { ClientBase, Pool } from 'pg'

/** What the job fills. */
export const CREATE_TOTALS = `
  CREATE TABLE product_totals (product text PRIMARY KEY, lines bigint, quantity bigint, amount numeric);
  CREATE TABLE status_totals (status text PRIMARY KEY, orders bigint)`

// #region job
/**
 * The job: what was sold by product, and how many orders are in which state. Both tables tell of the same moment, because
 * the transaction reads one snapshot; with READ COMMITTED, the default, every statement would read its own.
 */
export async function rollUp(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await totalProducts(client)
    await totalStates(client)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

export async function totalProducts(client: ClientBase | Pool): Promise<void> {
  await client.query('DELETE FROM product_totals')
  await client.query(
    `INSERT INTO product_totals
       SELECT product, count(*), sum(quantity), sum(amount) FROM order_lines GROUP BY product`,
  )
}

export async function totalStates(client: ClientBase | Pool): Promise<void> {
  await client.query('DELETE FROM status_totals')
  await client.query('INSERT INTO status_totals SELECT status, count(*) FROM orders GROUP BY status')
}
// #endregion job
