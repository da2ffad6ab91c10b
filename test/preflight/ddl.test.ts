import { expect, test } from 'vitest'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { useClient, useSchema } from '../support/server.js'

const odd: TableDefinition = {
  name: 'Order "x"',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'select', type: 'numeric(7,2)' },
    { name: 'n', type: 'int4', nullable: false },
  ],
  rows: () => ({ fill: () => {} }),
}

test('quotes names, on both dialects', () => {
  expect(createTableSql(odd, 'My Schema', 'postgres')).toBe(
    'CREATE TABLE "My Schema"."Order ""x""" ("id" int8, "select" numeric(7,2), "n" int4 NOT NULL, PRIMARY KEY ("id"))',
  )
  expect(createTableSql(odd, 's', 'cloudberry')).toBe(
    'CREATE TABLE "s"."Order ""x""" ("id" int8, "select" numeric(7,2), "n" int4 NOT NULL, PRIMARY KEY ("id")) USING heap DISTRIBUTED BY ("id")',
  )
})

test.for([storeSales, storeReturns])('creates $name with the columns of its definition', async (definition) => {
  const { schema } = await useSchema()
  const client = await useClient()
  await client.query(createTableSql(definition, schema, 'postgres'))
  const { rows } = await client.query<{ attname: string; type: string }>(
    `SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
      WHERE attrelid = '${schema}.${definition.name}'::regclass AND attnum > 0 ORDER BY attnum`,
  )
  const names: Readonly<Record<string, string>> = { int4: 'integer', int8: 'bigint' }
  expect(rows).toEqual(definition.columns.map(({ name, type }) => ({ attname: name, type: names[type] ?? type })))
})
