import type { Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { CREATE_COPY, orders } from '../src/orders.js'

/*
 * Several transactions have the same `updated_at`. The sync saw the first of them, and next time it asks for what is later: the
 * others are never asked for.
 */

// #region wrong
const syncWhere = (isNew: string) => async (pool: Pool) => {
  await pool.query(`
    INSERT INTO orders_copy SELECT * FROM orders WHERE ${isNew}
      ON CONFLICT (id) DO UPDATE
        SET status = excluded.status, amount = excluded.amount, updated_at = excluded.updated_at`)
}

const wrong = syncWhere(`updated_at > (SELECT coalesce(max(updated_at), '-infinity') FROM orders_copy)`)
// #endregion wrong

// #region mended
const mended = syncWhere(`updated_at >= (SELECT coalesce(max(updated_at), '-infinity') FROM orders_copy)`)
// #endregion mended

export const watermarkTies = exhibit({
  name: 'watermark-ties',
  report: 'https://github.com/airbytehq/airbyte/issues/14732',
  anomaly: 'lost insert',
  options: {
    tables: [{ ...orders, clock: { column: 'updated_at', resolution: 3 } }], // three commits have one stamp
    batches: 8,
    batchSize: 4,
    ratio: { insert: 60, update: 40 },
    ddl: CREATE_COPY,
  },
  wrong,
  mended,
  // #region check
  /** Four syncs, each after two commits. */
  async check(run, { cdcStream, cloudberry: { pool } }) {
    for (let sync = 1; sync <= 4; sync++) {
      await cdcStream.step(2)
      await run(pool)
    }
    expect(await pool.query('SELECT * FROM orders_copy')).toMatchLatest(cdcStream.table('orders'))
  },
  // #endregion check
})
