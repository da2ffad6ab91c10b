import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

async function copyInOneSnapshot(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query('INSERT INTO sales_copy SELECT * FROM store_sales_heap')
  await client.query('INSERT INTO returns_copy SELECT * FROM store_returns_heap')
  await client.query('COMMIT')
  await client.end()
}

const test = withCdcStream({
  seed: 7,
  batchSize: 20,
  ratio: { insert: 50, update: 30, delete: 20 },
  ddl: ['CREATE TABLE sales_copy (LIKE store_sales_heap)', 'CREATE TABLE returns_copy (LIKE store_returns_heap)'],
})

test('looks at one table only', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const noticed =
    // #region half
    mutate(async () => {
      const rows = await cdcStream.read(async () => {
        await copyInOneSnapshot(job.connectionString) // the job under test, on its wire
        return pool.query('SELECT * FROM sales_copy')
      })
      expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    })
  // #endregion half
  const failure = await noticed.then(
    () => 'passed',
    (error: Error) => error.message,
  )
  await expect(shortened(failure)).toMatchFileSnapshot('output/mutate.txt')
})

// #region whole
test('notices each damage', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(async () => {
    const rows = await cdcStream.read(async () => {
      await copyInOneSnapshot(job.connectionString)
      return {
        store_sales_heap: await pool.query('SELECT * FROM sales_copy'),
        store_returns_heap: await pool.query('SELECT * FROM returns_copy'),
      }
    })
    expect(rows).toMatchCommit(cdcStream)
  })
  expect(score).toBe(1)
})
// #endregion whole

test('has a survivor that is right', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const body = async (): Promise<void> => {
    const rows = await cdcStream.read(async () => {
      await copyInOneSnapshot(job.connectionString)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
  }
  // #region allow
  await mutate(body, {
    allow: [
      { statement: 'INSERT INTO returns_copy', reason: 'another test compares the returns' },
      { statement: /^BEGIN/, damage: 'isolation-weakened', reason: 'one table needs no snapshot for both' },
    ],
  })
  // #endregion allow
})
