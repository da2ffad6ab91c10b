import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { addNewLines, CREATE_MARK } from '../src/add-new-lines.js'
import { CREATE_TOTALS } from '../src/roll-up.js'

const module = new URL('./tables.js', import.meta.url)

const test = withCdcStream({
  tables: [
    { module, export: 'orders' },
    { module, export: 'orderLines' },
  ],
  batchSize: 40,
  ratio: { insert: 80, update: 10, delete: 10 },
  seed: 20_240_301,
  ddl: [CREATE_TOTALS, CREATE_MARK],
})

test('the job that adds new lines only is found out', async ({ cdcStream, cloudberry: { pool } }) => {
  const products = cdcStream
    .table('order_lines')
    .aggregate({ by: ['product'], sum: ['quantity', 'amount'], count: 'lines' })
  await cdcStream.step()
  await addNewLines(pool)
  expect(await pool.query('SELECT * FROM product_totals')).toMatchLatest(products)

  await cdcStream.step()
  await addNewLines(pool)
  const totals = await pool.query('SELECT * FROM product_totals ORDER BY product')
  let message = ''
  try {
    expect(totals).toMatchLatest(products)
  } catch (error) {
    message = (error as Error).message
  }
  await expect(message.replace(/\nThe same changes .*/s, '\n')).toMatchFileSnapshot('found-out.txt')
})
