import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { append } from '../src/append.js'
import { deleteInsert } from '../src/delete-insert.js'
import { merge } from '../src/merge.js'
import { CREATE_MODELS, CUSTOMER_TOTALS, TAXED_ORDERS } from '../src/models.js'
import { orders } from '../src/orders.js'
import { deleteInsertNew, deleteInsertTorn, mergeWithoutLookback } from '../wrong/models.js'
import { checkModel, type Model } from './check-model.js'

// #region loads
const options = { seed: 11, batches: 60, batchSize: 20, ddl: CREATE_MODELS }

const loads = {
  'orders only come': withCdcStream({ ...options, tables: [orders], ratio: { insert: 1 } }),
  'orders change': withCdcStream({ ...options, tables: [orders], ratio: { insert: 60, update: 40 } }),
  'some are committed late': withCdcStream({
    ...options,
    tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }], // with the stamp of their beginning
    ratio: { insert: 60, update: 40 },
    lateCommit: 0.5,
  }),
  'some are deleted': withCdcStream({
    ...options,
    tables: [orders],
    ratio: { insert: 40, update: 30, delete: 30 },
  }),
}
// #endregion loads

const appended: Model = { table: 'order_log', sql: TAXED_ORDERS, key: 'id', job: append }
const merged: Model = { table: 'taxed_orders', sql: TAXED_ORDERS, key: 'id', job: merge }
const totals: Model = { table: 'customer_totals', sql: CUSTOMER_TOTALS, key: 'customer', job: deleteInsert }

// #region verdicts
const RIGHT = undefined
const TWICE = /duplicate: id = \d+ is there 2 times/
const LOST = /stale read|= \d+ is not there/
const TORN = /torn transaction|out of order/
const VALUE = /wrong value: customer = \d+/
const OLD = /(id|customer) = \d+ is as after commits? \d+/

/** What becomes of each job under the loads, in their order: it is right, or what a failure says. */
const verdicts: readonly [name: string, model: Model, ...(RegExp | undefined)[]][] = [
  ['append', appended, RIGHT, TWICE, LOST, OLD],
  ['merge', { ...merged, job: mergeWithoutLookback }, RIGHT, RIGHT, LOST, OLD],
  ['merge, with a lookback', merged, RIGHT, RIGHT, RIGHT, OLD],
  ['delete + insert', totals, RIGHT, RIGHT, RIGHT, OLD],
  ['delete + insert, torn', { ...totals, job: deleteInsertTorn }, TORN, TORN, TORN, OLD],
  ['delete + insert, of what is new', { ...totals, job: deleteInsertNew }, VALUE, VALUE, LOST, VALUE],
]

describe.for(verdicts)('%s', ([, model, ...told]) => {
  for (const [index, [name, test]] of Object.entries(loads).entries()) {
    const wrong = told[index]
    test(`${name}: ${wrong ? 'wrong' : 'right'}`, async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
      const late = name === 'some are committed late'
      const exploration = explore(() => checkModel(cdcStream, model, { pool, job }), { late })
      if (wrong) await expect(exploration).rejects.toThrow(wrong)
      else await exploration
    })
  }
})
// #endregion verdicts

describe.for([merged, totals].map((model) => [model.table, model] as const))('%s', ([, model]) => {
  loads['orders change'](
    'would be noticed if it were wrong',
    async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
      const { score } = await mutate(async () => {
        await model.job(pool) // not on the wire: it is the model that stands there before
        await cdcStream.step(2)
        const rows = await cdcStream.read(async () => {
          await model.job(job.pool)
          return pool.query(`SELECT * FROM ${model.table}`)
        })
        await expect(rows).toMatchCommit(cdcStream.query(model.sql, { key: model.key }))
      })
      expect(score).toBe(1)
    },
  )
})
