import type { Pool } from 'pg'

/** Where the job remembers how far it came. */
export const CREATE_MARK = 'CREATE TABLE mark (id bigint); INSERT INTO mark VALUES (0)'

/**
 * The job as it is often written to be quick: it adds the lines that are new since the last time. It never looks at a
 * line again, so it misses quantities that are changed later and lines that are deleted.
 */
export async function addNewLines(pool: Pool): Promise<void> {
  await pool.query(`
    WITH new AS (SELECT * FROM order_lines WHERE id > (SELECT id FROM mark)),
         moved AS (UPDATE mark SET id = greatest(id, (SELECT max(id) FROM new)))
    INSERT INTO product_totals AS old
      SELECT product, count(*), sum(quantity), sum(amount) FROM new GROUP BY product
      ON CONFLICT (product) DO UPDATE SET lines = old.lines + excluded.lines,
        quantity = old.quantity + excluded.quantity, amount = old.amount + excluded.amount`)
}
