import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { defineTable, Random, withCdcStream } from 'vitest-cloudberry-cdc'
import { changeScript, storeSale } from 'vitest-cloudberry-cdc/arbitraries'
import * as engine from 'vitest-cloudberry-cdc/engine'
import { createCdcStream, OptionsError } from 'vitest-cloudberry-cdc/engine'
import { explainCommit, matchCommit } from 'vitest-cloudberry-cdc/matchers'

const test = withCdcStream({ batches: 3, batchSize: 10, interval: 0 })

describe('matchers', () => {
  test('know the table after every commit', async ({ cdcStream, cloudberry }) => {
    await cdcStream.step(3)
    const sales = cdcStream.table('store_sales_heap')
    const { rows } = await cloudberry.pool.query('SELECT * FROM store_sales_heap')
    expect(rows).toMatchCommit(sales)
    expect(rows).toMatchLatest(sales)
    await expect(async () => rows).toConvergeTo(sales)
    expect(matchCommit(rows, sales)).toEqual({ first: 3, last: 3 })
    const events = []
    for await (const commit of cdcStream.commits({ format: 'maxwell' })) events.push(...commit.events)
    expect(events.filter(({ table }) => table === 'store_sales_heap')).toReplayTo(sales)
  })

  test('name the anomaly', async ({ cdcStream, cloudberry }) => {
    await cdcStream.step(2)
    const sales = cdcStream.table('store_sales_heap')
    const { rows } = await cloudberry.pool.query('SELECT * FROM store_sales_heap')
    const torn = rows.slice(1)
    expect(explainCommit(torn, sales)?.anomalies).toMatchObject([{ name: 'lost insert' }])
    expect(() => expect(torn).toMatchCommit(sales)).toThrow(/lost insert: store_sales_heap \d+ is missing/)
  })
})

test('arbitraries', async ({ cdcStream }) => {
  const property = fc.asyncProperty(changeScript({ maxBatches: 2 }), async (script) => {
    await cdcStream.run(script)
    expect(await cdcStream.verify()).toMatchObject({ equal: true })
  })
  await fc.assert(property, { numRuns: 5 })
  expect(fc.sample(storeSale(), 1)).toMatchObject([{ ss_id: expect.any(String) }])
})

test('own tables are defined by the same functions from either entry', () => {
  expect([defineTable, Random]).toEqual([engine.defineTable, engine.Random])
})

test('the engine, without fixtures', async ({ cloudberry }) => {
  const { host, port, database, user, password, schema } = cloudberry
  await using stream = createCdcStream({
    target: { host, port, database, user, password, schema },
    createTables: true,
    batches: 2,
    batchSize: 10,
    interval: 0,
  })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 2, changes: 40 })
  expect(() => createCdcStream({ batchSize: 0 })).toThrow(OptionsError)
})
