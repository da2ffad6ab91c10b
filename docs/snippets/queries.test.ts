import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

const STORES = `CREATE TABLE store AS SELECT n AS s_store_sk, 'store ' || n AS s_name FROM generate_series(1, 12) AS n`

const test = withCdcStream({
  seed: 4,
  batchSize: 20,
  ratio: { insert: 60, update: 30, delete: 10 },
  ddl: [
    STORES,
    // #region daily
    'CREATE TABLE daily (day int, store text, sales bigint, paid numeric(12,2), returned numeric(12,2))',
    // #endregion daily
  ],
})

// #region query
const DAILY = `
  SELECT ss_sold_date_sk AS day, s_name AS store, count(DISTINCT ss_id) AS sales, sum(ss_net_paid) AS paid, sum(sr_return_amt) AS returned
    FROM store_sales_heap
    JOIN store ON s_store_sk = ss_store_sk
    LEFT JOIN store_returns_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk
   GROUP BY 1, 2`

test('the daily performance of stores', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const daily = cdcStream.query(DAILY, { key: ['day', 'store'] })
  await explore(async () => {
    const rows = await cdcStream.read(async () => {
      await job.pool.query(`BEGIN; DELETE FROM daily; INSERT INTO daily ${DAILY}; COMMIT`)
      return pool.query('SELECT * FROM daily')
    })
    await expect(rows).toMatchCommit(daily)
  })
})
// #endregion query

// #region at
test('what it is after a commit', async ({ cdcStream }) => {
  await cdcStream.step(5)
  const large = cdcStream.query('SELECT count(*)::int AS sales FROM store_sales_heap WHERE ss_quantity > $1', {
    params: [50],
  })
  const [{ sales } = {}] = await large.at(3)
  expect(sales).toBeGreaterThan(0)
})
// #endregion at

const SUMS = 'SELECT ss_store_sk, count(*) AS sales, sum(ss_net_paid) AS paid FROM store_sales_heap GROUP BY 1'

/** What is made of the rows after commit 10, and of those of commits before it. */
const DAMAGES = {
  'a group that was left behind': (now: Rows, old: Rows) =>
    now.map((row) => (sameStore(row, 4) ? old.find((one) => sameStore(one, 4))! : row)),
  'a group that is lost': (now: Rows) => now.filter((row) => !sameStore(row, 4)),
  'a column that is wrong throughout': (now: Rows) => now.map((row) => ({ ...row, sales: Number(row['sales']) + 1 })),
} as const

type Rows = readonly Readonly<Record<string, unknown>>[]
const sameStore = (row: Rows[number], store: number): boolean => row['ss_store_sk'] === store

test.for(Object.entries(DAMAGES))('%s', async ([name, damage], { cdcStream }) => {
  await cdcStream.step(10)
  const stores = cdcStream.query(SUMS, { key: 'ss_store_sk' })
  const rows = damage(await stores.at(10), await stores.at(6))
  const failure = await expect(rows)
    .toMatchCommit(stores, { since: 5 })
    .then(
      () => 'passed',
      (error: Error) => error.message,
    )
  expect(failure).not.toBe('passed')
  await expect(shortened(failure)).toMatchFileSnapshot(`output/query-${name.split(' ').at(-1)}.txt`)
})

test('of no one result', async ({ cdcStream }) => {
  await cdcStream.step(3)
  const failure = await cdcStream
    .query('SELECT ss_id FROM store_sales_heap LIMIT 3')
    .at()
    .then(
      () => 'passed',
      (error: Error) => error.message,
    )
  expect(failure).not.toBe('passed')
  await expect(shortened(failure)).toMatchFileSnapshot('output/query-two-results.txt')
})
