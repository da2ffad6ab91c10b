import { expect, test } from 'vitest'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { areUntouched } from '../../src/preflight/prepare-tables.js'
import { useClient, useSchema } from '../support/server.js'

const tables = [storeSales, storeReturns]

test.each([
  ['nothing', undefined, true],
  ['a row', 'INSERT INTO store_returns_heap (sr_id, sr_item_sk, sr_ticket_number) VALUES (1, 1, 1)', false],
  ['a column dropped', 'ALTER TABLE store_sales_heap DROP COLUMN ss_net_paid', false],
  ['a table dropped', 'DROP TABLE store_returns_heap', false],
  ['a column more', 'ALTER TABLE store_sales_heap ADD COLUMN loaded_at timestamptz', true],
])('tables just created, and then %s', async (_, sql, expected) => {
  const { schema } = await useSchema()
  const client = await useClient()
  for (const table of tables) await client.query(createTableSql(table, schema, 'postgres'))
  await client.query(`SET search_path = ${schema}`)
  if (sql !== undefined) await client.query(sql)
  expect(await areUntouched(client, schema, tables)).toBe(expected)
})
