import type { Client } from 'pg'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { createTableSql } from '../../src/database/create-table.js'
import { onlyKey } from './only-key.js'

/**
 * Creates both tables as a cluster may have them: no primary key, and rows that another program wrote, with NULLs, with
 * identities broken, and with returns of some of the sales.
 */
export async function createExistingTables(client: Client, schema: string, rows: number): Promise<void> {
  for (const definition of [storeSales, storeReturns]) {
    const columns = definition.columns.map(({ name, type }) => `${name} ${type}`)
    await client.query(`CREATE TABLE ${schema}.${definition.name} (${columns.join(', ')})`)
    await client.query(`CREATE INDEX ON ${schema}.${definition.name} (${onlyKey(definition.key)})`)
  }
  await client.query(
    `INSERT INTO ${schema}.store_sales_heap
     SELECT i * 3, 2451000 + i % 100, i, i, i, i, i, i, 1 + i % 12, NULLIF(i % 7, 0), 1000 + i / 10,
            NULLIF(i % 100, 50), (i % 50) + 0.5, NULLIF((i % 70) + 1.25, 5.25), NULLIF((i % 40) + 0.75, 3.75), 0,
            (i % 100) * ((i % 40) + 0.75), 17.17, 200, 1.05, 0, 90.5, 91.55, -3.25
     FROM generate_series(1, ${rows}) AS i`,
  )
  await client.query(
    `INSERT INTO ${schema}.store_returns_heap
     SELECT i * 5, 2451100, i, i * 4, i, i, i, i, 1, 1 + i % 35, 1000 + i * 4 / 10, NULLIF(1 + i % 9, 4),
            (1 + i % 9) * 2.5, (1 + i % 9) * 0.1, (1 + i % 9) * 2.6, 5 + i % 20, NULLIF((1 + i % 9) * 1.25, 2.5), 1, 1, 1, 7
     FROM generate_series(1, ${Math.floor(rows / 4)}) AS i`,
  )
}

/** Creates both tables as this package does. */
export async function createOwnTables(client: Client, schema: string): Promise<void> {
  for (const definition of [storeSales, storeReturns]) {
    await client.query(createTableSql(definition, schema, 'postgres'))
  }
}
