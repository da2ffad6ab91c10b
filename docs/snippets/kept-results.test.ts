import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { append } from '../../examples/incremental-models/src/append.js'
import { CREATE_MODELS, TAXED_ORDERS } from '../../examples/incremental-models/src/models.js'
import { orders } from '../../examples/incremental-models/src/orders.js'
import { checkModel } from '../../examples/incremental-models/test/check-model.js'
import { mergeWithoutLookback } from '../../examples/incremental-models/wrong/models.js'
import { CREATE_DIMENSIONS } from '../../examples/summary-view/src/dimensions.js'
import { createTable, dailyPerformance, priceRange } from '../../examples/summary-view/src/summaries.js'
import { checkSummary } from '../../examples/summary-view/test/check-summary.js'
import { raisePrices } from '../../examples/summary-view/wrong/clever-refreshes.js'
import { refreshByHalves } from '../../examples/summary-view/wrong/refresh-by-halves.js'
import { shortened } from './support/shortened.js'

/** Keeps what is said of a wrong job of the examples. */
async function record(name: string, check: Promise<unknown>): Promise<void> {
  const failure = await check.then(
    () => 'passed',
    (error: Error) => error.message,
  )
  await expect(shortened(failure)).toMatchFileSnapshot(`output/${name}.txt`)
}

const summaries = (batchSize: number) =>
  withCdcStream({
    seed: 20,
    batchSize,
    ratio: { insert: 50, update: 30, delete: 20 },
    ddl: [...CREATE_DIMENSIONS, createTable(dailyPerformance), createTable(priceRange)],
  })

summaries(8)('sales and returns of two snapshots', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  await record(
    'summary-halves',
    explore(() => checkSummary(cdcStream, dailyPerformance, { pool, job, refresh: refreshByHalves })),
  )
})

summaries(60)('a maximum that never goes down', async ({ cdcStream, job, cloudberry: { pool } }) => {
  await record('summary-maximum', checkSummary(cdcStream, priceRange, { pool, job, refresh: raisePrices }))
})

const options = { seed: 11, batches: 60, batchSize: 20, ddl: CREATE_MODELS, ratio: { insert: 60, update: 40 } }

const updates = withCdcStream({ ...options, tables: [orders] })

updates('append, with UPDATEs', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const model = { table: 'order_log', sql: TAXED_ORDERS, key: 'id', job: append }
  await record(
    'model-append',
    explore(() => checkModel(cdcStream, model, { pool, job })),
  )
})

const late = withCdcStream({
  ...options,
  tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }],
  lateCommit: 0.5,
})

late('merge, without a lookback', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
  const model = { table: 'taxed_orders', sql: TAXED_ORDERS, key: 'id', job: mergeWithoutLookback }
  await record(
    'model-late',
    explore(() => checkModel(cdcStream, model, { pool, job }), { late: true }),
  )
})
