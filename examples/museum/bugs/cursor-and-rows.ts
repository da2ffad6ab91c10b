import type { ClientBase, Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { inTransaction, ONE_SNAPSHOT } from '../src/in-transaction.js'
import { CREATE_COPY, CREATE_MARK, orders } from '../src/orders.js'

/*
 * A sync asks for the largest `updated_at` and for the rows in two snapshots. What is committed between the two is below the mark,
 * and not among the rows: no later sync looks for it.
 */

// #region wrong
/** The rows are of one moment, the mark is of a later one. */
async function sync(client: ClientBase): Promise<void> {
  await client.query(`
    INSERT INTO orders_copy SELECT * FROM orders WHERE updated_at > (SELECT at FROM mark)
      ON CONFLICT (id) DO UPDATE
        SET status = excluded.status, amount = excluded.amount, updated_at = excluded.updated_at`)
  await client.query('UPDATE mark SET at = (SELECT max(updated_at) FROM orders)')
}

const wrong = (pool: Pool): Promise<void> => inTransaction(pool, 'BEGIN', sync)
// #endregion wrong

// #region mended
const mended = (pool: Pool): Promise<void> => inTransaction(pool, ONE_SNAPSHOT, sync)
// #endregion mended

export const cursorAndRows = exhibit({
  name: 'cursor-and-rows',
  report: 'https://github.com/airbytehq/airbyte/issues/85918',
  anomaly: 'lost insert',
  options: {
    tables: [orders],
    batches: 20,
    batchSize: 6,
    ratio: { insert: 60, update: 40 },
    ddl: [CREATE_COPY, ...CREATE_MARK],
  },
  wrong,
  mended,
  // #region check
  /** A commit falls at each place of the second sync; the third one has to bring what that one missed. */
  async check(run, { cdcStream, job, cloudberry: { pool }, explore }) {
    await explore(async () => {
      await run(pool)
      await cdcStream.step(2)
      await run(job.pool)
      await cdcStream.step(2)
      const rows = await cdcStream.read(async () => {
        await run(pool)
        return pool.query('SELECT * FROM orders_copy')
      })
      expect(rows).toMatchCommit(cdcStream.table('orders'))
    })
  },
  // #endregion check
})
