import type { Pool } from 'pg'
import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { CREATE_DIMENSIONS } from '../src/dimensions.js'
import { CREATE_TOTAL, refreshApart, refreshTogether } from '../src/refresh-both.js'
import { CREATE_SUMMARY, readSummary, type StoreDay } from '../src/summary-view.js'
import { explainingCommit } from './explaining-commit.js'
import { again } from './again.js'

const test = withCdcStream({
  batchSize: 60,
  ratio: { insert: 60, update: 25, delete: 15 },
  ddl: [...CREATE_DIMENSIONS, ...CREATE_SUMMARY, CREATE_TOTAL],
})

/** Refreshes both views, and expects that they are of one commit. */
async function check(cdcStream: CdcStream, pool: Pool, refresh: () => Promise<void>): Promise<void> {
  const summary: StoreDay[] = await cdcStream.read(async () => {
    await refresh()
    return readSummary(pool)
  })
  expect(await explainingCommit(cdcStream, summary)).toBeDefined()
  const { rows } = await pool.query<{ sales: string; paid: string }>('SELECT sales, paid FROM sales_total')
  const cents = summary.reduce((sum, { paid }) => sum + Math.round(Number(paid) * 100), 0)
  expect(rows).toEqual([{ sales: sum(summary), paid: (cents / 100).toFixed(2) }])
}

const sum = (summary: readonly StoreDay[]): string =>
  String(summary.reduce((count, { sales }) => count + Number(sales), 0))

describe('wherever a commit falls', () => {
  test('views that are refreshed together add up', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(() => check(cdcStream, pool, () => refreshTogether(job.pool)))
    expect(runs).toBe(4)
  })

  test('views that are refreshed apart do not', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => check(cdcStream, pool, () => refreshApart(job.pool)))
    await expect(exploration).rejects.toThrow(/1 wrong of 2 runs[^]*REFRESH MATERIALIZED VIEW sales_total/)
  })
})

test('a wrong job would be noticed', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(() => check(cdcStream, pool, () => refreshTogether(job.pool)))
  expect(score).toBe(1)
})

test('a second try refreshes both, whatever breaks', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
  const { runs, tried } = await strike(() => check(cdcStream, pool, () => again(() => refreshTogether(job.pool))))
  expect(tried).toBe(runs)
})
