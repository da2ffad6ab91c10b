import { expect, test } from 'vitest'
import { createCdcStream, matchCommit } from '../../src/index.js'
import type { CdcOptions } from '../../src/stream/cdc-stream.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { hasSource, useClient, useDatabase } from './source.js'

const onSource = test.runIf(hasSource)

const options = { createTables: true, batches: 60, batchSize: 40, interval: 0, seed: 21 } as const
const RATIO = { insert: 50, update: 30, delete: 20 }

onSource.for<readonly [string, CdcOptions]>([
  ['all kinds of changes', { ratio: RATIO }],
  ['batches larger than a chunk', { ratio: RATIO, batches: 6, batchSize: 5_000 }],
  ['writers that overlap, late commits and rollbacks', { ratio: RATIO, writers: 2, lateCommit: 0.3, rollback: 0.2 }],
  [
    'all hazards, overlapping and late',
    {
      ratio: { insert: 40, update: 30, delete: 30 },
      hazards: { hotKeys: 0.8, sameKeyChains: 0.3, reinsert: 0.3, noopUpdates: 0.2 },
      writers: 3,
      lateCommit: 0.3,
      rollback: 0.2,
      longTransaction: 4,
    },
  ],
  ['few values that are NULL', { ratio: RATIO, nulls: 'none' }],
])('%s: equal to the ledger', async ([, more]) => {
  const target = useDatabase()
  await using stream = createCdcStream({ ...options, ...more, target })
  await stream.start()
  const { commits, updates, deletes } = await stream.finished
  expect(commits).toBe(more.batches ?? options.batches)
  expect(Math.min(updates, deletes)).toBeGreaterThan(0)
  expect(await stream.verify()).toMatchObject({ equal: true, differing: 0 })
})

onSource('makes the changes that it makes on PostgreSQL: what was read is a commit of the plan', async () => {
  const target = useDatabase()
  await using planned = createCdcStream({ ...options, ratio: RATIO, target: 'none' })
  await using stream = createCdcStream({ ...options, ratio: RATIO, target })
  await stream.start()
  await stream.finished
  await planned.start()
  await planned.finished
  const client = await useClient()
  for (const { name } of [storeSales, storeReturns]) {
    const { rows } = await client.query(`SELECT * FROM ${target.schema}.${name}`)
    expect(rows.length).toBeGreaterThan(100)
    expect(matchCommit(rows, planned.table(name))).toEqual({ first: options.batches, last: options.batches })
  }
})

onSource('rows that stood there before take part, and so do their numbers', async () => {
  const target = useDatabase()
  await using first = createCdcStream({ ...options, target })
  await first.start()
  await first.finished
  await using second = createCdcStream({ ...options, ratio: { insert: 30, update: 40, delete: 30 }, target, seed: 5 })
  await second.start()
  const { tables } = await second.finished
  expect(await second.verify()).toMatchObject({ equal: true })
  expect(tables.store_returns_heap!.deletes).toBeGreaterThan(100)
})

onSource('a run is found again by its token where its process has died', async () => {
  const target = useDatabase()
  const plan = { ...options, ratio: RATIO, target } as const
  let token = ''
  const before = createCdcStream({
    ...plan,
    observe: (event) => {
      if (event.type === 'resumable') token = event.token ?? ''
    },
  })
  await before.step(23)
  await before[Symbol.asyncDispose]()
  await using after = createCdcStream({ target, resume: token, interval: 0 })
  await after.start()
  expect(await after.finished).toMatchObject({ commits: 60 })
  expect(await after.verify()).toMatchObject({ equal: true, commit: 60 })
})

onSource('scripts run one after the other on tables that are emptied', async () => {
  const target = useDatabase()
  await using stream = createCdcStream({ ...options, target })
  for (const seed of [1, 2, 3]) {
    await stream.run({
      format: 1,
      seed,
      tables: [{ name: 'store_sales_heap' }, { name: 'store_returns_heap', parent: 'store_sales_heap' }],
      batches: [
        [
          ['insert', 'store_sales_heap', '1..30'],
          ['insert', 'store_returns_heap', '1..20'],
        ],
        [
          ['update', 'store_sales_heap', '4..9'],
          ['delete', 'store_returns_heap', '1..3'],
          ['delete', 'store_sales_heap', '1..3'],
        ],
      ],
    })
    expect(await stream.verify()).toMatchObject({ equal: true, rows: { store_sales_heap: 27, store_returns_heap: 17 } })
  }
})

onSource('one stream writes to a table, and the next when it has ended', async () => {
  const target = useDatabase()
  await using first = createCdcStream({ ...options, target })
  await first.step(1)
  const second = createCdcStream({ ...options, target })
  await expect(second.step(1)).rejects.toMatchObject({ code: 'ERR_CDC_TARGET' })
  await second[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await using third = createCdcStream({ ...options, target })
  await third.step(1)
})
