import type { Pool } from 'pg'
import { totalProducts, totalStates } from './roll-up.js'

/** The job as it is often written: each statement sees what is committed when it begins, so the totals are of several moments. */
export async function rollUpApart(pool: Pool): Promise<void> {
  await totalProducts(pool)
  await totalStates(pool)
}
