import { setTimeout as delay } from 'node:timers/promises'
import type { ClientBase, Pool } from 'pg'
import { expect } from 'vitest'
import { exhibit } from '../src/exhibit.js'
import { inTransaction } from '../src/in-transaction.js'
import { orders } from '../src/orders.js'

/*
 * A sink writes a batch, and then its checkpoint. If it breaks in between, it begins with the old checkpoint, and writes the batch
 * again.
 */

// #region wrong
const writeBatch = (client: ClientBase | Pool) =>
  client.query('INSERT INTO journal SELECT * FROM orders WHERE id > (SELECT id FROM checkpoint)')
const writeCheckpoint = (client: ClientBase | Pool) =>
  client.query('UPDATE checkpoint SET id = (SELECT coalesce(max(id), 0) FROM journal)')

async function wrong(pool: Pool): Promise<void> {
  await writeBatch(pool)
  await writeCheckpoint(pool)
}
// #endregion wrong

// #region mended
async function mended(pool: Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    await writeBatch(client)
    await writeCheckpoint(client)
  })
}
// #endregion mended

/** As a scheduler does it: once more, a moment later, if it failed. */
async function again(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 10) throw error
      await delay(5)
    }
  }
}

export const atLeastOnce = exhibit({
  name: 'at-least-once',
  report: 'https://github.com/apache/hudi/pull/6098',
  anomaly: 'duplicate',
  options: {
    tables: [orders],
    batches: 20,
    batchSize: 4,
    ratio: { insert: 1 },
    ddl: [
      'CREATE TABLE journal (LIKE orders)',
      'CREATE TABLE checkpoint (id int8 NOT NULL)',
      'INSERT INTO checkpoint VALUES (0)',
    ],
  },
  wrong,
  mended,
  // #region check
  /** The connection breaks at each statement, before and after it is done. The second try has to end right. */
  async check(run, { cdcStream, job, cloudberry: { pool }, strike }) {
    await strike(
      async () => {
        const rows = await cdcStream.read(async () => {
          await again(() => run(job.pool))
          return pool.query('SELECT * FROM journal')
        })
        expect(rows).toMatchCommit(cdcStream.table('orders'))
      },
      { faults: ['cut-before', 'cut-after', 'commit-undone', 'commit-done'] },
    )
  },
  // #endregion check
})
