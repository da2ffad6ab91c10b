import type { Pool } from 'pg'
import { kept, priceRange, runningTotal } from '../src/summaries.js'

// #region raise
/** Wrong: raises and lowers, and never goes back when the dearest sale is deleted or changed. */
export async function raisePrices(pool: Pool): Promise<void> {
  await pool.query(`
    INSERT INTO price_range AS p ${priceRange.sql}
      ON CONFLICT (store) DO UPDATE
        SET lowest = least(p.lowest, excluded.lowest), highest = greatest(p.highest, excluded.highest)`)
}
// #endregion raise

/** Wrong: goes on from the last total. What changes in an earlier sale changes all totals after it. */
export async function continueTotals(pool: Pool): Promise<void> {
  await pool.query(`
    INSERT INTO running_total
      SELECT sale, store, so_far FROM (${runningTotal.sql}) AS now
       WHERE sale > (SELECT coalesce(max(sale), 0) FROM running_total)`)
}

/** Wrong: the condition on the right side of the outer join drops all sales that it was there for. */
export async function keepInner(pool: Pool): Promise<void> {
  await pool.query(`DELETE FROM kept; INSERT INTO kept ${kept.sql} WHERE sr_return_quantity < ss_quantity`)
}
