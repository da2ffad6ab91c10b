import type { Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { orders } from '../src/orders.js'
import { readLog, type Transaction } from '../src/read-log.js'

/*
 * A log tells transactions in the order of their COMMITs. The positions of their BEGINs are in another order, where transactions
 * overlap. Who takes a position that is behind the mark as a sign that a transaction was passed on already loses it.
 */

/** What was passed on, and the position of the COMMIT that came last. */
interface Passed {
  mark: bigint
  readonly lines: string[]
}

// #region wrong
/** Passes on what the log tells, if it is new. */
const relayWhere = (isNew: (transaction: Transaction, mark: bigint) => boolean) => {
  return async (pool: Pool, slot: string, passed: Passed) => {
    for (const transaction of await readLog(pool, slot)) {
      if (!isNew(transaction, passed.mark)) continue
      passed.lines.push(...transaction.lines)
      passed.mark = transaction.commit
    }
  }
}

const wrong = relayWhere(({ begin }, mark) => begin > mark)
// #endregion wrong

// #region mended
const mended = relayWhere(({ commit }, mark) => commit > mark)
// #endregion mended

export const commitOrder = exhibit({
  name: 'commit-order',
  report: 'https://github.com/dimitri/pgcopydb/issues/1044',
  anomaly: 'lost insert',
  options: {
    tables: [orders],
    batches: 8,
    batchSize: 3,
    interval: 0,
    ratio: { insert: 60, update: 30, delete: 10 },
    lateCommit: 0.3,
  },
  wrong,
  mended,
  // #region check
  /** The log is read while the load runs, and once more when it is through. The relay passes on each change once. */
  async check(relay, { cdcStream, cloudberry: { pool, schema: slot } }) {
    await pool.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [slot])
    const passed: Passed = { mark: 0n, lines: [] }
    await cdcStream.start()
    await cdcStream.reached(4)
    await relay(pool, slot, passed)
    await cdcStream.finished
    await relay(pool, slot, passed)
    expect(passed.lines).toReplayTo(cdcStream.table('orders'))
  },
  // #endregion check
})
