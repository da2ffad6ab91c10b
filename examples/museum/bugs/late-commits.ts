import type { Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { CREATE_COPY, orders } from '../src/orders.js'

/*
 * `updated_at` is set when a row is written, and the row is seen when its transaction is committed. A transaction that takes longer
 * than others brings rows that are older than what the job has seen, and the job does not look back.
 */

// #region wrong
const pollBack = (lookback: string) => async (pool: Pool) => {
  await pool.query(`
    INSERT INTO orders_copy SELECT * FROM orders
      WHERE updated_at >= (SELECT coalesce(max(updated_at), '-infinity') FROM orders_copy) - interval '${lookback}'
      ON CONFLICT (id) DO UPDATE
        SET status = excluded.status, amount = excluded.amount, updated_at = excluded.updated_at`)
}

const wrong = pollBack('0 seconds')
// #endregion wrong

// #region mended
const mended = pollBack('15 seconds') // no transaction of this load takes longer
// #endregion mended

export const lateCommits = exhibit({
  name: 'late-commits',
  report: 'https://github.com/confluentinc/kafka-connect-jdbc/issues/172',
  anomaly: 'lost insert',
  options: {
    tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }], // as `now()` has it
    batches: 40,
    batchSize: 4,
    ratio: { insert: 80, update: 20 },
    lateCommit: 0.3,
    ddl: CREATE_COPY,
  },
  wrong,
  mended,
  // #region check
  /** Forty polls, each after a commit. Some of the commits have stamps that are older than those of others before them. */
  async check(run, { cdcStream, cloudberry: { pool } }) {
    for (let poll = 1; poll <= 40; poll++) {
      await cdcStream.step()
      await run(pool)
    }
    expect(await pool.query('SELECT * FROM orders_copy')).toMatchLatest(cdcStream.table('orders'))
  },
  // #endregion check
})
