import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { CREATE_DIMENSIONS, UNKNOWN } from '../src/dimensions.js'
import { dailyPerformance } from '../src/summaries.js'
import { CREATE_SUMMARY, refreshSummary } from '../src/summary-view.js'

// #region options
const test = withCdcStream({
  continuous: true,
  batchSize: 60,
  baseline: 1_000,
  interval: 20,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: [...CREATE_DIMENSIONS, ...CREATE_SUMMARY],
})
// #endregion options

const { sql, key } = dailyPerformance
const READ = 'SELECT * FROM store_day_summary'

describe('the store/day summary', () => {
  // #region while
  test('adds up the sales of one commit at every refresh, while the load runs', async ({ cdcStream, cloudberry }) => {
    const { pool } = cloudberry
    const expected = cdcStream.query(sql, { key })
    await cdcStream.start()
    for (let refresh = 1; refresh <= 5; refresh++) {
      const rows = await cdcStream.read(async () => {
        await refreshSummary(pool)
        return pool.query(READ)
      })
      await expect(rows).toMatchCommit(expected)
      await cdcStream.reached(cdcStream.ledger.commit + 3)
    }
    await cdcStream.stop()
    await refreshSummary(pool)
    await expect(await pool.query(READ)).toMatchLatest(expected)
  })
  // #endregion while

  test('leaves out no sale whose store or day is unknown', async ({ cdcStream, cloudberry: { pool } }) => {
    for (let refresh = 1; refresh <= 2; refresh++) {
      await cdcStream.step(10)
      await refreshSummary(pool)
    }
    const { rows } = await pool.query('SELECT sum(sales) AS sales FROM store_day_summary')
    await expect(rows).toMatchLatest(cdcStream.query('SELECT count(*)::numeric AS sales FROM store_sales_heap'))
    const unknown = await pool.query('SELECT FROM store_day_summary WHERE store = $1 OR day = $1', [UNKNOWN])
    expect(unknown.rowCount).toBeGreaterThan(0)
  })

  test('loses the group whose last sale is deleted', async ({ cdcStream, cloudberry: { pool } }) => {
    const expected = cdcStream.query(sql, { key })
    const groups = async (): Promise<Set<string>> =>
      new Set((await expected.at()).map(({ store, day }) => `${store} ${day}`))
    await cdcStream.step()
    await refreshSummary(pool)
    await expect(await pool.query(READ)).toMatchLatest(expected)
    const first = await groups()
    const areAllThere = (now: Set<string>): boolean => [...first].every((group) => now.has(group))
    while (areAllThere(await groups())) await cdcStream.step(10)
    await refreshSummary(pool)
    await expect(await pool.query(READ)).toMatchLatest(expected)
  })
})
