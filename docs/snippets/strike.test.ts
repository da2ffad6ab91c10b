import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { shortened } from './support/shortened.js'

// #region jobs
/** Runs statements on a connection of their own; all of them again if something breaks. */
async function runAgain(connectionString: string, statements: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new Client({ connectionString, connectionTimeoutMillis: 1_000, query_timeout: 1_000 })
    client.on('error', () => {}) // the next query rejects
    try {
      await client.connect()
      for (const sql of statements) await client.query(sql)
      return
    } catch (error) {
      if (attempt === 20) throw error
      await delay(50)
    } finally {
      await client.end()
    }
  }
}

/** Wrong: if the COMMIT is done and its answer is lost, the second try doubles all rows. */
const copy = ['BEGIN', 'INSERT INTO sales_copy SELECT * FROM store_sales_heap', 'COMMIT']

/** Right: it can be done twice. */
const copyOver = ['BEGIN', 'DELETE FROM sales_copy', ...copy.slice(1)]
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
  // #region strike
  const test = withCdcStream({ batchSize: 20, ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)' })

  test('whatever breaks', { timeout: 60_000 }, async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    await strike(async () => {
      const rows = await cdcStream.read(async () => {
        await runAgain(job.connectionString, copyOver) // the job under test, on its wire
        return pool.query('SELECT * FROM sales_copy')
      })
      expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    })
  })
  // #endregion strike

  test('what needs a time-out', { timeout: 120_000 }, async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const body = async (): Promise<void> => {
      await runAgain(job.connectionString, copyOver)
      const { rows } = await pool.query('SELECT * FROM sales_copy')
      expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
    }
    // #region time-out
    await strike(body, { faults: ['late', 'half-open'], lateBy: 1_200 }) // longer than the job waits
    // #endregion time-out
  })
}

const blind = withCdcStream({ seed: 7, batchSize: 20, ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)' })

blind('a second try', { timeout: 60_000 }, async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
  const struck = strike(async () => {
    const rows = await cdcStream.read(async () => {
      await runAgain(job.connectionString, copy)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
  })
  await expectFailure('strike', struck)
})
