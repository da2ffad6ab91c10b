import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { copyAboveWatermark } from '../src/copy-above-watermark.js'
import { copyDifferences } from '../src/copy-differences.js'
import { CREATE_SALES_COPY } from '../src/sales-copy.js'
import { again } from './again.js'

const test = withCdcStream({
  tables: 'sales',
  batchSize: 20,
  ratio: { insert: 1 },
  lateCommit: 0.5,
  ddl: CREATE_SALES_COPY,
})

/** A late commit becomes visible at every place of a run; what that run missed, the last one has to bring. */
describe('wherever a late commit becomes visible', () => {
  test('the watermark job loses it', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(
      async () => {
        await copyAboveWatermark(job.pool)
        await copyAboveWatermark(job.pool)
        const rows = await cdcStream.read(async () => {
          await copyAboveWatermark(job.pool)
          return pool.query('SELECT * FROM sales_copy')
        })
        expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
      },
      { late: true },
    )
    // Without the late commit, or with a part of it.
    await expect(exploration).rejects.toThrow(/statement [34],[^]*(stale read|lost insert)/)
  })

  test('the comparing job brings it', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const { runs } = await explore(
      async () => {
        await copyDifferences(job.pool)
        await copyDifferences(job.pool)
        const rows = await cdcStream.read(async () => {
          await copyDifferences(job.pool)
          return pool.query('SELECT * FROM sales_copy')
        })
        expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
      },
      { late: true },
    )
    expect(runs).toBeGreaterThan(2)
  })
})

test('a wrong job would be noticed', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
  const { score } = await mutate(async () => {
    await copyDifferences(pool) // not on the wire: it is the copy that stands there before
    await cdcStream.step()
    const rows = await cdcStream.read(async () => {
      await copyDifferences(job.pool)
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
  })
  expect(score).toBe(1)
})

test('a second try brings the copy, whatever breaks', async ({ cdcStream, job, cloudberry: { pool }, strike }) => {
  const { runs, tried } = await strike(async () => {
    const rows = await cdcStream.read(async () => {
      await again(() => copyDifferences(job.pool))
      return pool.query('SELECT * FROM sales_copy')
    })
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
  })
  expect(tried).toBe(runs)
})
