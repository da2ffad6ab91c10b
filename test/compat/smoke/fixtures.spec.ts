import { isMainThread } from 'node:worker_threads'
import { describe, expect, test as base } from 'vitest'
import { cdcFixtures, test as standard, withCdcStream } from 'vitest-cloudberry-cdc'

const test = withCdcStream({
  batches: 4,
  batchSize: 20,
  interval: 0,
  baseline: 30,
  ratio: { insert: 6, update: 3, delete: 1 },
})

describe('withCdcStream', () => {
  test('loads the tables of the test', async ({ cdcStream, cloudberry }) => {
    await cdcStream.start()
    const { commits } = await cdcStream.finished
    const { rows } = await cloudberry.pool.query('SELECT * FROM store_sales_heap')
    expect(commits).toBe(4)
    expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(
      new Set(Array.from(cdcStream.ledger.at().rows('store_sales_heap'), (row) => JSON.stringify(row))),
    )
    expect(await cdcStream.verify()).toMatchObject({ equal: true, commit: 4 })
  })

  test.for([1, 2, 3, 4])(
    'gives every concurrent test a schema of its own: %i',
    async (steps, { cdcStream, cloudberry }) => {
      await cdcStream.step(Math.min(steps, 3))
      const { rows } = await cloudberry.pool.query(
        'SELECT current_schema() AS schema, count(*)::int4 FROM store_sales_heap',
      )
      expect(rows).toEqual([{ schema: cloudberry.schema, count: cdcStream.ledger.at().count('store_sales_heap') }])
    },
  )

  describe('with an override', () => {
    test.override({ cdcOptions: { tables: 'sales', batches: 2, batchSize: 5, interval: 0 } })

    test('has the options of the describe', async ({ cdcStream, cdcOptions, task }) => {
      await cdcStream.start()
      expect(await cdcStream.finished).toMatchObject({ commits: 2, changes: 10 })
      expect(cdcOptions.tables).toBe('sales')
      expect(task.meta.cdc?.seed).toBe(cdcStream.seed)
    })
  })
})

describe('a test that failed', () => {
  let carried: readonly { readonly type: string; readonly attachment?: { readonly contentType?: string } }[] = []

  test.fails('names its anomalies', async ({ cdcStream, task, onTestFinished }) => {
    onTestFinished(() => void (carried = [...task.annotations]))
    await cdcStream.step()
    expect([]).toMatchLatest(cdcStream.table('store_sales_heap'))
  })

  base('carries them', () => {
    const page = { type: 'cdc', attachment: { contentType: 'text/html' } }
    expect(carried).toContainEqual(
      expect.objectContaining({ ...page, attachment: expect.objectContaining(page.attachment) }),
    )
  })
})

const own = base.extend({ ...cdcFixtures({ batches: 2, batchSize: 5, interval: 0 }), greeting: 'hello' })

own('the fixtures, merged into an own test', async ({ cdcStream, cloudberry, greeting }) => {
  await cdcStream.step(2)
  expect(greeting).toBe('hello')
  expect(cloudberry.dialect.name).toBe('postgres')
})

standard('the defaults', async ({ cdcStream }) => {
  await cdcStream.step()
  expect(cdcStream.stats()).toMatchObject({ commits: 1, changes: 400 })
})

base('the pool that was asked for', () => {
  expect(isMainThread).toBe(process.env['COMPAT_POOL'] === 'forks')
})
