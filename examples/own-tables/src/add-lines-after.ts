import type { Pool } from 'pg'

/**
 * Adds the lines behind a mark that its caller keeps. If the answer is lost, nobody knows whether they were added, and whoever tries again may
 * add them twice. `addNewLines` keeps its mark in the statement that adds: that can be tried again.
 */
export async function addLinesAfter(pool: Pool, mark: number): Promise<void> {
  await pool.query(
    `INSERT INTO product_totals AS old
       SELECT product, count(*), sum(quantity), sum(amount) FROM order_lines WHERE id > $1 GROUP BY product
       ON CONFLICT (product) DO UPDATE SET lines = old.lines + excluded.lines,
         quantity = old.quantity + excluded.quantity, amount = old.amount + excluded.amount`,
    [mark],
  )
}
