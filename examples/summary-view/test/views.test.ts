import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_DIMENSIONS } from '../src/dimensions.js'
import { CREATE_TOTAL, refreshApart, refreshTogether } from '../src/refresh-views.js'
import { dailyPerformance } from '../src/summaries.js'
import { CREATE_SUMMARY, refreshSummary } from '../src/summary-view.js'

const test = withCdcStream({
  batchSize: 60,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: [...CREATE_DIMENSIONS, ...CREATE_SUMMARY, CREATE_TOTAL],
})

// #region check
/** Refreshes both views, and expects them to be of one commit: the groups, and with NULLs the sum of all. */
async function check(cdcStream: CdcStream, pool: Pool, refresh: () => Promise<void>): Promise<void> {
  const rows = await cdcStream.read(async () => {
    await refresh()
    return pool.query(`SELECT store, day, sales FROM store_day_summary
                       UNION ALL SELECT NULL, NULL, sales FROM sales_total`)
  })
  const both = `WITH groups AS (${dailyPerformance.sql})
    SELECT store, day, sum(sales) AS sales FROM groups GROUP BY GROUPING SETS ((store, day), ())`
  await expect(rows).toMatchCommit(cdcStream.query(both, { key: ['store', 'day'] }))
}
// #endregion check

describe('two views', () => {
  test('that are refreshed together add up', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(() => check(cdcStream, pool, () => refreshTogether(job.pool)))
    expect(runs).toBe(4)
  })

  test('that are refreshed apart do not', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => check(cdcStream, pool, () => refreshApart(job.pool)))
    await expect(exploration).rejects.toThrow(/1 wrong of 2 runs[^]*REFRESH MATERIALIZED VIEW sales_total/)
  })

  test('would be noticed if they were wrong', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
    const { score } = await mutate(() => check(cdcStream, pool, () => refreshTogether(job.pool)))
    expect(score).toBe(1)
  })
})

test('a view that is read while it is refreshed is never old', async ({ cdcStream, job, cloudberry, explore }) => {
  await explore(async () => {
    await cdcStream.step()
    const rows = await cdcStream.read(async () => {
      await refreshSummary(job.pool)
      return cloudberry.pool.query('SELECT * FROM store_day_summary')
    })
    await expect(rows).toMatchCommit(cdcStream.query(dailyPerformance.sql, { key: dailyPerformance.key }))
  })
})
