import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { CREATE_DIMENSIONS, UNKNOWN } from '../src/dimensions.js'
import { CREATE_SUMMARY, readSummary, refreshSummary, type StoreDay } from '../src/summary-view.js'
import { expectedSummary } from './expected-summary.js'
import { explainingCommit } from './explaining-commit.js'

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

describe('the store/day summary', () => {
  // #region while
  test('adds up the sales of one commit at every refresh, while the load runs', async ({ cdcStream, cloudberry }) => {
    const { pool } = cloudberry
    await cdcStream.start()
    const commits = new Set<number | undefined>()
    for (let refresh = 1; refresh <= 5; refresh++) {
      const summary = await cdcStream.read(async () => {
        await refreshSummary(pool)
        return readSummary(pool)
      })
      const commit = await explainingCommit(cdcStream, summary)
      expect(commit, `refresh ${refresh}: the commit whose sales add up to the summary`).toBeDefined()
      commits.add(commit)
      await cdcStream.reached(cdcStream.ledger.commit + 3)
    }
    expect(cdcStream.state).toBe('running')
    expect(commits.size).toBe(5)

    await cdcStream.stop()
    await refreshSummary(pool)
    expect(await readSummary(pool)).toEqual(expectedSummary(cdcStream.ledger.at().rows('store_sales_heap')))
  })
  // #endregion while

  test('leaves out no sale whose store or day is unknown', async ({ cdcStream, cloudberry }) => {
    const { pool } = cloudberry
    for (let refresh = 1; refresh <= 2; refresh++) {
      await cdcStream.step(10)
      await refreshSummary(pool)
    }
    const summary = await readSummary(pool)
    expect(summary.filter(({ store, day }) => store === UNKNOWN || day === UNKNOWN)).not.toEqual([])
    const sales = summary.reduce((sum, row) => sum + Number(row.sales), 0)
    expect(sales).toBe(cdcStream.ledger.at().count('store_sales_heap'))
  })

  test('loses the group whose last sale is deleted', async ({ cdcStream, cloudberry }) => {
    const { pool } = cloudberry
    const groups = (summary: StoreDay[]) => new Set(summary.map(({ store, day }) => `${store} ${day}`))
    const expected = () => expectedSummary(cdcStream.ledger.at().rows('store_sales_heap'))
    await cdcStream.step()
    await refreshSummary(pool)
    const first = groups(await readSummary(pool))
    expect(first).toEqual(groups(expected()))
    let gone: string[] = []
    while (gone.length === 0) {
      await cdcStream.step(10)
      const now = groups(expected())
      gone = [...first].filter((group) => !now.has(group))
    }
    await refreshSummary(pool)
    const summary = await readSummary(pool)
    expect(gone.filter((group) => groups(summary).has(group))).toEqual([])
    expect(summary).toEqual(expected())
  })
})
