import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_DIMENSIONS } from '../src/dimensions.js'
import { refreshTable } from '../src/refresh-table.js'
import { createTable, dailyPerformance, kept, priceRange, runningTotal, type Summary } from '../src/summaries.js'
import { continueTotals, keepInner, raisePrices } from '../wrong/clever-refreshes.js'
import { refreshByHalves } from '../wrong/refresh-by-halves.js'
import { again } from './again.js'

const summaries = [dailyPerformance, priceRange, runningTotal, kept]

// #region options
const test = withCdcStream({
  seed: 20,
  batchSize: 60,
  ratio: { insert: 50, update: 30, delete: 20 },
  ddl: [...CREATE_DIMENSIONS, ...summaries.map(createTable)],
})
// #endregion options

// #region check
interface Refresh {
  readonly pool: Pool
  readonly job: { readonly pool: Pool }
  readonly refresh: (pool: Pool) => Promise<void>
}

/** Brings a summary up to date for the second time, and expects the query's result after a commit that it could see. */
async function check(
  cdcStream: CdcStream,
  { table, sql, key }: Summary,
  { pool, job, refresh }: Refresh,
): Promise<void> {
  await cdcStream.step(2)
  await refresh(pool) // not on the wire: it is the summary that stands there before
  await cdcStream.step(2)
  const rows = await cdcStream.read(async () => {
    await refresh(job.pool)
    return pool.query(`SELECT * FROM ${table}`)
  })
  await expect(rows).toMatchCommit(cdcStream.query(sql, { key }))
}
// #endregion check

// #region explore
describe.for(summaries.map((summary) => [summary.table, summary] as const))('%s, filled anew', ([, summary]) => {
  const refresh = (pool: Pool): Promise<void> => refreshTable(pool, summary)

  test('is right wherever a commit falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(() => check(cdcStream, summary, { pool, job, refresh }))
    expect(runs).toBe(4)
  })

  test('would be noticed if it were wrong', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
    const { score } = await mutate(() => check(cdcStream, summary, { pool, job, refresh }))
    expect(score).toBe(1)
  })
})
// #endregion explore

describe('wrong', () => {
  // #region wrong
  test('sales and returns of two snapshots', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => check(cdcStream, dailyPerformance, { pool, job, refresh: refreshByHalves }))
    await expect(exploration).rejects.toThrow(/1 wrong of 5 runs[^]*torn transaction/)
  })

  test('a maximum that never goes down', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = check(cdcStream, priceRange, { pool, job, refresh: raisePrices })
    await expect(checked).rejects.toThrow(/store = \d+[^]*highest is/)
  })
  // #endregion wrong

  test('a running total that goes on from the last one', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = check(cdcStream, runningTotal, { pool, job, refresh: continueTotals })
    await expect(checked).rejects.toThrow(/sale = \d+[^]*so_far is/)
  })

  test('an outer join with a condition on its right side', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = check(cdcStream, kept, { pool, job, refresh: keepInner })
    await expect(checked).rejects.toThrow(/sale = \d+ is not there/)
  })
})

test('a second try brings the summary, whatever breaks', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
  const refresh = (to: Pool): Promise<void> => again(() => refreshTable(to, dailyPerformance))
  const { runs, tried } = await strike(() => check(cdcStream, dailyPerformance, { pool, job, refresh }))
  expect(tried).toBe(runs)
})
