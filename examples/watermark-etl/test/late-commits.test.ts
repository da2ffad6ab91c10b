import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { explainCommit } from 'vitest-cloudberry-cdc/matchers'
import { copyAboveWatermark } from '../src/copy-above-watermark.js'
import { copyDifferences } from '../src/copy-differences.js'
import { CREATE_SALES_COPY } from '../src/sales-copy.js'

// #region late
/** Nothing but INSERTs; some transactions are committed after later ones, and some are rolled back. */
const test = withCdcStream({
  tables: 'sales',
  batches: 60,
  batchSize: 50,
  ratio: { insert: 1 },
  lateCommit: 0.3,
  rollback: 0.2,
  ddl: CREATE_SALES_COPY,
})

describe('transactions that are committed late', () => {
  test('the watermark job loses INSERTs', async ({ cdcStream, cloudberry: { pool } }) => {
    for (let commit = 1; commit <= 60; commit++) {
      await cdcStream.step()
      await copyAboveWatermark(pool)
    }
    const { rows } = await pool.query('SELECT * FROM sales_copy')
    const sales = cdcStream.table('store_sales_heap')
    expect(() => expect(rows).toMatchCommit(sales)).toThrow('lost insert: store_sales_heap')
    expect(explainCommit(rows, sales)!.counts['lost insert']).toBeGreaterThan(50)
  })

  test('the comparing job loses nothing', async ({ cdcStream, cloudberry: { pool } }) => {
    for (let commit = 1; commit <= 60; commit++) {
      await cdcStream.step()
      await copyDifferences(pool)
      expect(await pool.query('SELECT * FROM sales_copy')).toMatchLatest(cdcStream.table('store_sales_heap'))
    }
  })
})
// #endregion late
