import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

// #region jobs
/** Wrong: a commit can fall between its two statements. */
async function copyBoth(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('INSERT INTO sales_copy SELECT * FROM store_sales_heap')
  await client.query('INSERT INTO returns_copy SELECT * FROM store_returns_heap')
  await client.end()
}

/** Right: both statements see one snapshot. */
async function copyInOneSnapshot(connectionString: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query('INSERT INTO sales_copy SELECT * FROM store_sales_heap')
  await client.query('INSERT INTO returns_copy SELECT * FROM store_returns_heap')
  await client.query('COMMIT')
  await client.end()
}
// #endregion jobs

/** Keeps what a failure says for the documentation. */
async function expectFailure(name: string, check: Promise<unknown>): Promise<void> {
  const failure = await check.then(
    () => 'passed',
    (error: Error) => error.message,
  )
  await expect(shortened(failure)).toMatchFileSnapshot(`output/${name}.txt`)
}

{
  // #region explore
  const test = withCdcStream({
    batchSize: 20,
    ratio: { insert: 50, update: 30, delete: 20 },
    ddl: [
      'CREATE TABLE sales_copy (LIKE store_sales_heap)', // put back before each run
      'CREATE TABLE returns_copy (LIKE store_returns_heap)',
    ],
  })

  // #region test
  test('wherever a commit falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    await explore(async () => {
      const rows = await cdcStream.read(async () => {
        await copyInOneSnapshot(job.connectionString) // the job under test, on its wire
        return {
          store_sales_heap: await pool.query('SELECT * FROM sales_copy'), // the test's own reads: not on the wire
          store_returns_heap: await pool.query('SELECT * FROM returns_copy'),
        }
      })
      expect(rows).toMatchCommit(cdcStream)
    })
  })
  // #endregion test
  // #endregion explore
}

const ddl = ['CREATE TABLE sales_copy (LIKE store_sales_heap)', 'CREATE TABLE returns_copy (LIKE store_returns_heap)']
const torn = withCdcStream({ seed: 7, batchSize: 20, ratio: { insert: 50, update: 30, delete: 20 }, ddl })

torn('a commit falls between two statements', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const exploration = explore(async () => {
    const rows = await cdcStream.read(async () => {
      await copyBoth(job.connectionString)
      return {
        store_sales_heap: await pool.query('SELECT * FROM sales_copy'),
        store_returns_heap: await pool.query('SELECT * FROM returns_copy'),
      }
    })
    expect(rows).toMatchCommit(cdcStream)
  })
  await expectFailure('explore', exploration)
})

{
  // #region late
  const test = withCdcStream({
    batchSize: 20,
    ratio: { insert: 1 },
    lateCommit: 0.5,
    ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)',
  })

  test('wherever a late commit becomes visible', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const copyMissing = 'INSERT INTO sales_copy SELECT * FROM store_sales_heap EXCEPT SELECT * FROM sales_copy'
    await explore(
      async () => {
        await job.pool.query(copyMissing)
        await job.pool.query(copyMissing) // the commit falls before, into or after this run
        const { rows } = await cdcStream.read(async () => {
          await job.pool.query(copyMissing) // and the next one has to bring it
          return pool.query('SELECT * FROM sales_copy')
        })
        expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
      },
      { late: true },
    )
  })
  // #endregion late
}

{
  const test = withCdcStream({ batchSize: 20, continuous: true, interval: 0 })
  test('what a job did', async ({ cdcStream, job }) => {
    // #region exercised
    await cdcStream.start()
    await job.pool.query('SELECT count(*) FROM store_sales_heap')
    await cdcStream.reached(cdcStream.ledger.commit + 2)
    await job.pool.query('SELECT count(*) FROM store_returns_heap')
    await expect(job).toHaveExercised({ commits: 1, statements: 2 })
    // #endregion exercised
  })
}
