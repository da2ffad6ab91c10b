import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

const test = withCdcStream({
  seed: 7,
  batchSize: 20,
  ratio: { insert: 60, update: 30, delete: 10 },
  ddl: ['CREATE TABLE sink (LIKE store_sales_heap)'],
})

type Rows = Record<string, string | null>[]

const read = async (pool: Pool, sql: string): Promise<Rows> =>
  (await pool.query<Record<string, string | null>>(sql)).rows

/** Keeps what a matcher says for the documentation. */
async function expectFailure(name: string, check: () => unknown): Promise<void> {
  const failure = await Promise.resolve()
    .then(check)
    .then(
      () => 'passed',
      (error: Error) => error.message,
    )
  await expect(shortened(failure)).toMatchFileSnapshot(`output/${name}.txt`)
}

test('names in upper case', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(5)
  const rows = await read(pool, 'SELECT ss_id AS "SS_ID", ss_quantity AS "SS_QUANTITY" FROM store_sales_heap')
  // #region names
  const sales = cdcStream.table('store_sales_heap').columns(['ss_id', 'ss_quantity'])
  expect(rows).toMatchLatest(sales.named((column) => column.toUpperCase()))
  // #endregion names
})

test('wrong column', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(20)
  const columns = 'ss_id, ss_quantity, ss_net_paid'
  const rows = await read(pool, `SELECT ${columns} FROM store_sales_heap WHERE ss_id <> 23`)
  for (const row of rows) row['ss_net_paid'] = row['ss_net_paid']?.replace('.', ',') ?? null
  await expectFailure('wrong-column', () =>
    expect(rows).toMatchLatest(cdcStream.table('store_sales_heap').columns(columns.split(', '))),
  )
})

test('empty table', async ({ cdcStream, cloudberry: { pool } }) => {
  await cdcStream.step(20)
  const rows = {
    store_sales_heap: await read(pool, 'SELECT * FROM sink'),
    store_returns_heap: await read(pool, 'SELECT * FROM store_returns_heap'),
  }
  await expectFailure('empty-table', () => expect(rows).toMatchLatest(cdcStream))
})

test('wrong group', async ({ cdcStream, cloudberry: { pool } }) => {
  const sums = `SELECT ss_store_sk, sum(ss_net_paid) AS ss_net_paid, count(*) AS lines
                  FROM store_sales_heap GROUP BY ss_store_sk ORDER BY ss_store_sk`
  await cdcStream.step(19)
  const before = await read(pool, sums)
  await cdcStream.step()
  const rows = await read(pool, sums)
  // One store is not told of the last commit.
  const old = rows.findIndex((row, index) => row['ss_net_paid'] !== before[index]!['ss_net_paid'])
  const sales = cdcStream.table('store_sales_heap')
  await expectFailure('wrong-group', () =>
    expect(rows.with(old, before[old]!)).toMatchLatest(
      sales.aggregate({ by: ['ss_store_sk'], sum: ['ss_net_paid'], count: 'lines' }),
    ),
  )
})
