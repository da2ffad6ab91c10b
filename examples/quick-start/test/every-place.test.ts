import type { Pool } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { copySales } from '../src/copy-sales.js'
import { copySales as copyNewSales } from '../wrong/copy-sales.js'

const test = withCdcStream({
  seed: 7,
  batchSize: 10,
  ratio: { insert: 70, update: 20, delete: 10 },
  ddl: 'CREATE TABLE sales_copy (LIKE store_sales_heap)',
})

/** Runs the job, and expects its copy to be what the table is. */
async function check(cdcStream: CdcStream, pool: Pool, job: () => Promise<void>): Promise<void> {
  const rows = await cdcStream.read(async () => {
    await job()
    return pool.query('SELECT * FROM sales_copy')
  })
  expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
}

test('the copy is right wherever a commit falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  await explore(async () => {
    await copySales(job.pool)
    // What was committed while it ran, its next run has to bring.
    await check(cdcStream, pool, () => copySales(job.pool))
  })
})

test('the job that copies new rows only is found out', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const exploration = explore(async () => {
    await copyNewSales(job.pool)
    await check(cdcStream, pool, () => copyNewSales(job.pool))
  })
  await expect(exploration).rejects.toThrow(
    /statement 2, `INSERT INTO sales_copy [^]*(torn transaction|lost update|resurrected delete|stale read)/,
  )
})

test('a wrong job would be noticed', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(async () => {
    await copySales(pool) // not on the wire: it is the copy that stands there before
    await cdcStream.step()
    await check(cdcStream, pool, () => copySales(job.pool))
  })
  expect(score).toBe(1)
})
