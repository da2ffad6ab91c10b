import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'

// #region test
const test = withCdcStream({
  continuous: true,
  interval: 20,
  batchSize: 50,
  ratio: { insert: 50, update: 30, delete: 20 },
})

test('the report reads one moment', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.start()
  for (let look = 1; look <= 10; look++) {
    const rows = await cdcStream.read(() => pool.query('SELECT * FROM store_sales_heap'))
    expect(rows[0]).toMatchCommit(cdcStream.table('store_sales_heap')) // mysql2 gives [rows, fields]
  }
})
// #endregion test

// #region during
test('an ALTER TABLE between two commits', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.start()
  await cdcStream.during(async (connection: typeof pool) => {
    await connection.query('ALTER TABLE store_sales_heap ADD COLUMN note text')
  })
  await cdcStream.reached(cdcStream.ledger.commit + 5)
  await cdcStream.stop()
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
// #endregion during

// #region query
const PER_STORE = 'SELECT ss_store_sk AS store, count(*) AS sales FROM store_sales_heap GROUP BY 1'

test('sums of MySQL, expected by the SQL of the warehouse', async ({ cdcStream, mysql: { pool } }) => {
  await cdcStream.step(5)
  const [rows] = await pool.query(PER_STORE)
  await expect(rows).toMatchLatest(cdcStream.query(PER_STORE, { key: 'store' }))
})
// #endregion query
