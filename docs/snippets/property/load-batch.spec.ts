// load-batch.test.ts
import fc from 'fast-check'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { changeScript } from 'vitest-cloudberry-cdc/arbitraries'
import { loadBatch } from './load-batch.js'

const test = withCdcStream({
  ddl: 'CREATE TABLE sales_copy AS SELECT ss_id, ss_quantity, ss_net_paid FROM store_sales_heap',
})

test('the copy equals the sales', async ({ cdcStream, cloudberry: { pool } }) => {
  const sales = cdcStream.table('store_sales_heap').columns(['ss_id', 'ss_quantity', 'ss_net_paid'])
  const property = fc.asyncProperty(changeScript({ tables: 'sales' }), async (script) => {
    await cdcStream.run(script)
    for await (const { commit } of cdcStream.commits()) {
      await loadBatch(pool, [...cdcStream.ledger.changes(commit)])
    }
    expect(await pool.query('SELECT * FROM sales_copy')).toMatchLatest(sales)
  })
  await fc.assert(property)
})
