import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from '../support/shortened.js'
import { copySales } from './copy-nothing.js'

const test = withCdcStream({
  seed: 7,
  batchSize: 10,
  ratio: { insert: 70, update: 20, delete: 10 },
  ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)',
})

/** What a check says, as the documentation shows it. */
async function messageOf(check: () => unknown): Promise<string> {
  const failure: unknown = await Promise.resolve()
    .then(check)
    .catch((error: unknown) => error)
  return shortened(failure instanceof Error ? failure.message : 'passed')
}

test('the copy keeps up with the sales', async ({ cdcStream, cloudberry: { pool } }) => {
  const check = async () => {
    // #region nothing
    await cdcStream.step(5)
    const rows = await cdcStream.read(async () => {
      await copySales(pool)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    // #endregion nothing
  }
  await expect(await messageOf(check)).toMatchFileSnapshot('../output/stale-read.txt')
})

test('rows that were read too early', async ({ cdcStream, cloudberry: { pool } }) => {
  const check = async () => {
    // #region early
    await cdcStream.step(5)
    const { rows } = await pool.query('SELECT * FROM store_sales_heap')
    await cdcStream.step(4)
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    // #endregion early
  }
  await expect(await messageOf(check)).toMatchFileSnapshot('../output/read-too-early.txt')
})
