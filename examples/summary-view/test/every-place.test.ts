import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { CREATE_DIMENSIONS } from '../src/dimensions.js'
import { refreshTable } from '../src/refresh-table.js'
import { createTable, dailyPerformance, kept, priceRange, runningTotal } from '../src/summaries.js'
import { continueTotals, keepInner, raisePrices } from '../wrong/clever-refreshes.js'
import { refreshByHalves } from '../wrong/refresh-by-halves.js'
import { again } from './again.js'
import { checkSummary } from './check-summary.js'

const summaries = [dailyPerformance, priceRange, runningTotal, kept]

// #region options
const test = withCdcStream({
  seed: 20,
  batchSize: 60,
  ratio: { insert: 50, update: 30, delete: 20 },
  ddl: [...CREATE_DIMENSIONS, ...summaries.map(createTable)],
})
// #endregion options

// #region explore
describe.for(summaries.map((summary) => [summary.table, summary] as const))('%s, filled anew', ([, summary]) => {
  const refresh = (pool: Pool): Promise<void> => refreshTable(pool, summary)

  test('is right wherever a commit falls', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(() => checkSummary(cdcStream, summary, { pool, job, refresh }))
    expect(runs).toBe(4)
  })

  test('would be noticed if it were wrong', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
    const { score } = await mutate(() => checkSummary(cdcStream, summary, { pool, job, refresh }))
    expect(score).toBe(1)
  })
})
// #endregion explore

describe('wrong', () => {
  // #region wrong
  test('sales and returns of two snapshots', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() =>
      checkSummary(cdcStream, dailyPerformance, { pool, job, refresh: refreshByHalves }),
    )
    await expect(exploration).rejects.toThrow(/1 wrong of 5 runs[^]*torn transaction/)
  })

  test('a maximum that never goes down', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = checkSummary(cdcStream, priceRange, { pool, job, refresh: raisePrices })
    await expect(checked).rejects.toThrow(/store = \d+[^]*highest is/)
  })
  // #endregion wrong

  test('a running total that goes on from the last one', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = checkSummary(cdcStream, runningTotal, { pool, job, refresh: continueTotals })
    await expect(checked).rejects.toThrow(/sale = \d+[^]*so_far is/)
  })

  test('an outer join with a condition on its right side', async ({ cdcStream, job, cloudberry: { pool } }) => {
    const checked = checkSummary(cdcStream, kept, { pool, job, refresh: keepInner })
    await expect(checked).rejects.toThrow(/lost insert: sale = \d+/)
  })
})

test('a second try brings the summary, whatever breaks', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
  const refresh = (to: Pool): Promise<void> => again(() => refreshTable(to, dailyPerformance))
  const { runs, tried } = await strike(() => checkSummary(cdcStream, dailyPerformance, { pool, job, refresh }))
  expect(tried).toBe(runs)
})
