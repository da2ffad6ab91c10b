import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { copySales } from '../src/copy-sales.js'

const test = withCdcStream({
  seed: 7,
  batchSize: 10,
  ratio: { insert: 70, update: 20, delete: 10 },
  ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)',
})

test('the copy keeps up with the sales', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(3) // exactly three commits
  await copySales(pool)
  await cdcStream.step(3) // three more, behind the job's back
  await copySales(pool)
  expect(await pool.query('SELECT * FROM sales_copy')).toMatchLatest(cdcStream.table('store_sales_heap'))
})

test('the copy is never torn, and never old, while the load runs', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.start() // resolves once the load is running
  for (let run = 1; run <= 5; run++) {
    const rows = await cdcStream.read(async () => {
      await copySales(pool)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    await cdcStream.reached(cdcStream.ledger.commit + 2)
  }
})
