import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { addLinesAfter } from '../src/add-lines-after.js'
import { addNewLines, CREATE_MARK } from '../src/add-new-lines.js'
import { CREATE_TOTALS, rollUp } from '../src/roll-up.js'
import { rollUpApart } from '../src/roll-up-apart.js'
import { again } from './again.js'

const module = new URL('./tables.js', import.meta.url)

const test = withCdcStream({
  tables: [
    { module, export: 'orders' },
    { module, export: 'orderLines' },
  ],
  batchSize: 40,
  ratio: { insert: 50, update: 35, delete: 15 },
  ddl: [CREATE_TOTALS, CREATE_MARK],
})

const productsOf = (cdcStream: CdcStream) =>
  cdcStream.table('order_lines').aggregate({ by: ['product'], sum: ['quantity', 'amount'], count: 'lines' })

/** Runs a job, and expects the totals of one commit. */
async function check(cdcStream: CdcStream, pool: Pool, job: () => Promise<void>): Promise<void> {
  const totals = await cdcStream.read(async () => {
    await job()
    return {
      product_totals: await pool.query('SELECT * FROM product_totals'),
      status_totals: await pool.query('SELECT * FROM status_totals'),
    }
  })
  expect(totals).toMatchCommit({
    product_totals: productsOf(cdcStream),
    status_totals: cdcStream.table('orders').aggregate({ by: ['status'], count: 'orders' }),
  })
}

/** The same of a job that fills one table. */
async function checkProducts(cdcStream: CdcStream, pool: Pool, job: () => Promise<void>): Promise<void> {
  const totals = await cdcStream.read(async () => {
    await job()
    return pool.query('SELECT * FROM product_totals')
  })
  expect(totals).toMatchCommit(productsOf(cdcStream))
}

describe('wherever a commit falls', () => {
  test('totals of one snapshot are right', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(() => check(cdcStream, pool, () => rollUp(job.pool)))
    expect(runs).toBe(6) // BEGIN, twice DELETE and INSERT, COMMIT
  })

  test('totals of several are torn', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => check(cdcStream, pool, () => rollUpApart(job.pool)))
    await expect(exploration).rejects.toThrow(/statement 3, `DELETE FROM status_totals`[^]*torn transaction/)
  })
})

test('a wrong job would be noticed', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(() => check(cdcStream, pool, () => rollUp(job.pool)))
  expect(score).toBe(1)
})

describe('whatever breaks', { timeout: 150_000 }, () => {
  test('a second try brings the totals', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const { runs, tried } = await strike(() => check(cdcStream, pool, () => again(() => rollUp(job.pool))))
    expect(tried).toBe(runs)
  })

  test('a job without one is found out', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const striking = strike(() => check(cdcStream, pool, () => rollUp(job.pool)))
    await expect(striking).rejects.toThrow(/38 wrong of 38 runs\.\nAt statement 1, `BEGIN [^]* \(cut-before:/)
  })

  test('lines behind the mark of its table can be added again', async ({
    cdcStream,
    job,
    cloudberry: { pool },
    strike,
  }) => {
    const { runs, tried } = await strike(() => checkProducts(cdcStream, pool, () => again(() => addNewLines(job.pool))))
    expect(tried).toBe(runs)
  })

  test('those behind a mark elsewhere are added twice', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
    const striking = strike(() => checkProducts(cdcStream, pool, () => again(() => addLinesAfter(job.pool, 0))))
    await expect(striking).rejects.toThrow(/1 wrong of \d+ runs\.\nAt statement 1, `INSERT [^]* \(cut-after:/)
  })
})
