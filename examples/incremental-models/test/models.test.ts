import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { append } from '../src/append.js'
import { deleteInsert } from '../src/delete-insert.js'
import { merge } from '../src/merge.js'
import { CREATE_MODELS, CUSTOMER_TOTALS, TAXED_ORDERS } from '../src/models.js'
import { orders } from '../src/orders.js'
import { deleteInsertNew, deleteInsertTorn, mergeWithoutLookback } from '../wrong/models.js'
import { checkModel, type Model } from './check-model.js'

const appended: Model = { table: 'order_log', sql: TAXED_ORDERS, key: 'id', job: append }
const merged: Model = { table: 'taxed_orders', sql: TAXED_ORDERS, key: 'id', job: merge }
const totals: Model = { table: 'customer_totals', sql: CUSTOMER_TOTALS, key: 'customer', job: deleteInsert }

// #region options
const options = { seed: 11, batches: 60, batchSize: 20, ddl: CREATE_MODELS }

/** Orders only come, each commit with a later stamp. */
const inserts = withCdcStream({ ...options, tables: [orders], ratio: { insert: 1 } })

/** Orders change as well. */
const updates = withCdcStream({ ...options, tables: [orders], ratio: { insert: 60, update: 40 } })

/** Some transactions are committed late, with the stamp of their beginning. */
const late = withCdcStream({
  ...options,
  tables: [{ ...orders, clock: { column: 'updated_at', order: 'begin' } }],
  ratio: { insert: 60, update: 40 },
  lateCommit: 0.5,
})

/** And some orders are deleted. */
const deletes = withCdcStream({ ...options, tables: [orders], ratio: { insert: 50, update: 30, delete: 20 } })
// #endregion options

describe('append', () => {
  inserts('is right where rows only come', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    await explore(() => checkModel(cdcStream, appended, { pool, job }))
  })

  // #region append
  updates('has a row twice that was changed', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => checkModel(cdcStream, appended, { pool, job }))
    await expect(exploration).rejects.toThrow(/duplicate: id = \d+ is there 2 times/)
  })
  // #endregion append

  late('loses what is committed late', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const exploration = explore(() => checkModel(cdcStream, appended, { pool, job }), { late: true })
    await expect(exploration).rejects.toThrow(/statement \d+/)
  })
})

describe('merge', () => {
  // #region merge
  late('is right with a lookback', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    await explore(() => checkModel(cdcStream, merged, { pool, job }), { late: true })
  })

  late('loses what is committed late without', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const model = { ...merged, job: mergeWithoutLookback }
    const exploration = explore(() => checkModel(cdcStream, model, { pool, job }), { late: true })
    await expect(exploration).rejects.toThrow(/statement \d+[^]*stale read/)
  })
  // #endregion merge

  deletes('keeps what was deleted', async ({ cdcStream, cloudberry: { pool } }) => {
    await cdcStream.step(3)
    await merge(pool)
    await cdcStream.step(3)
    await merge(pool)
    const rows = await pool.query('SELECT * FROM taxed_orders')
    const checked = expect(rows).toMatchLatest(cdcStream.query(TAXED_ORDERS, { key: 'id' }))
    await expect(checked).rejects.toThrow(/id = \d+ is as after commits? [^]*the others as after commit 6/)
  })
})

describe('delete + insert', () => {
  late('is right for whole groups, read once', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    await explore(() => checkModel(cdcStream, totals, { pool, job }), { late: true })
  })

  // #region torn
  updates('is torn where it reads twice', async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
    const model = { ...totals, job: deleteInsertTorn }
    await expect(explore(() => checkModel(cdcStream, model, { pool, job }))).rejects.toThrow(/statement \d+, `INSERT/)
  })
  // #endregion torn

  updates(
    'loses the rest of a group of which it reads what is new',
    async ({ cdcStream, job, cloudberry: { pool }, explore }) => {
      const model = { ...totals, job: deleteInsertNew }
      await expect(explore(() => checkModel(cdcStream, model, { pool, job }))).rejects.toThrow(/customer = \d+/)
    },
  )
})

// #region mutate
describe.for([merged, totals].map((model) => [model.table, model] as const))('%s', ([, model]) => {
  updates('would be noticed if it were wrong', async ({ cdcStream, job, cloudberry: { pool }, mutate }) => {
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
  })
})
// #endregion mutate
