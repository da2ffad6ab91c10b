import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_TOTALS, rollUp, totalProducts, totalStates } from '../src/roll-up.js'

// #region options
/** By module, so that their rows are computed and written on another thread than the test's. */
const module = new URL('./tables.js', import.meta.url)

const test = withCdcStream({
  tables: [
    { module, export: 'orders' },
    { module, export: 'orderLines' },
  ],
  continuous: true,
  batchSize: 40,
  interval: 5,
  ratio: { insert: 50, update: 35, delete: 15 },
  ddl: CREATE_TOTALS,
})

/** The totals as they have to be. */
const expectedTotals = (stream: CdcStream) => ({
  product_totals: stream
    .table('order_lines')
    .aggregate({ by: ['product'], sum: ['quantity', 'amount'], count: 'lines' }),
  status_totals: stream.table('orders').aggregate({ by: ['status'], count: 'orders' }),
})

const readTotals = async (pool: Pool) => ({
  product_totals: await pool.query('SELECT * FROM product_totals'),
  status_totals: await pool.query('SELECT * FROM status_totals'),
})

// #endregion options

describe('the totals of the shop', () => {
  // #region while
  test('are those of one commit, while orders come, change and go', async ({ cdcStream, cloudberry: { pool } }) => {
    const expected = expectedTotals(cdcStream)
    await cdcStream.start()
    for (let run = 1; run <= 5; run++) {
      const totals = await cdcStream.read(async () => {
        await rollUp(pool)
        return readTotals(pool)
      })
      expect(totals).toMatchCommit(expected)
      await cdcStream.reached(cdcStream.ledger.commit + 3)
    }
    await cdcStream.stop()
    await rollUp(pool)
    expect(await readTotals(pool)).toMatchLatest(expected)
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
  // #endregion while

  test('are torn when a commit comes between two snapshots', async ({ cdcStream, cloudberry: { pool } }) => {
    await cdcStream.step()
    const totals = await cdcStream.read(async () => {
      await totalProducts(pool)
      await cdcStream.step()
      await totalStates(pool)
      return readTotals(pool)
    })
    expect(() => expect(totals).toMatchCommit(expectedTotals(cdcStream))).toThrow(
      'torn transaction: order_lines is as after commit 1, orders is as after commit 2, and no commit has both',
    )
  })
})
