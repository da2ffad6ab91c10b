import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { copySales } from './copy-sales.js'
import { followSales } from './follow-sales.js'

const test = withCdcStream({
  seed: 7,
  continuous: true,
  batchSize: 10,
  interval: 5,
  ratio: { insert: 70, update: 20, delete: 10 },
  ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)',
})

test('job and query inside one read', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.start()
  for (let run = 1; run <= 5; run++) {
    // #region read
    const rows = await cdcStream.read(async () => {
      await copySales(pool)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    // #endregion read
    await cdcStream.reached(cdcStream.ledger.commit + 2)
  }
})

test('a job beside the load', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.start()
  for (let run = 1; run <= 5; run++) {
    // #region beside
    const rows = await cdcStream.read(async () => {
      await Promise.all([copySales(pool), cdcStream.reached(cdcStream.ledger.commit + 2)])
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    expect(cdcStream.readWindow(rows)!.commits).toBeGreaterThanOrEqual(2)
    // #endregion beside
  }
})

test('rows from elsewhere', async ({ cdcStream, cloudberry: { pool } }) => {
  for (let run = 1; run <= 5; run++) {
    // #region bare
    await cdcStream.step(5) // commit 5 is reported: nothing older counts from here on
    await copySales(pool)
    const rows = await pool.query('SELECT * FROM sales_copy')
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    // #endregion bare
  }
})

test('a sink that follows by itself', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.start()
  await using _sink = followSales(pool)
  // #region lagging
  const sales = cdcStream.table('store_sales_heap')
  for (let look = 1; look <= 5; look++) {
    await cdcStream.reached(cdcStream.ledger.commit + 3)
    expect(await pool.query('SELECT * FROM sales_copy')).toMatchCommit(sales, { lagging: true })
  }
  await cdcStream.stop()
  await expect(() => pool.query('SELECT * FROM sales_copy')).toConvergeTo(sales)
  // #endregion lagging
})
