import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { copySales } from '../src/copy-sales.js'
import { again } from './again.js'
import { appendSales } from '../wrong/append-sales.js'
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

describe('whatever breaks', { timeout: 120_000 }, () => {
  test('a second try brings the copy', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const { runs, tried } = await strike(() => check(cdcStream, pool, () => again(() => copySales(job.pool))))
    expect(tried).toBe(runs)
  })

  test('a job without one is found out', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const striking = strike(() => check(cdcStream, pool, () => copySales(job.pool)))
    await expect(striking).rejects.toThrow(/24 wrong of 24 runs\.\nAt statement 1, `BEGIN [^]* \(cut-before:/)
  })

  test('so is one that writes again what it has read before', async ({
    cdcStream,
    job,
    cloudberry: { pool },
    strike,
  }) => {
    const striking = strike(() => check(cdcStream, pool, () => appendSales(job.pool)))
    await expect(striking).rejects.toThrow(
      /1 wrong of \d+ runs\.\nAt statement 2, `INSERT [^]* \(cut-after:[^]*duplicate/,
    )
  })
})
