import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_TOTALS, rollUp } from '../src/roll-up.js'
import { rollUpApart } from '../src/roll-up-apart.js'

const module = new URL('./tables.js', import.meta.url)

const test = withCdcStream({
  tables: [
    { module, export: 'orders' },
    { module, export: 'orderLines' },
  ],
  batchSize: 40,
  ratio: { insert: 50, update: 35, delete: 15 },
  ddl: CREATE_TOTALS,
})

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
    product_totals: cdcStream
      .table('order_lines')
      .aggregate({ by: ['product'], sum: ['quantity', 'amount'], count: 'lines' }),
    status_totals: cdcStream.table('orders').aggregate({ by: ['status'], count: 'orders' }),
  })
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
