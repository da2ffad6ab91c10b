import type { Client } from 'pg'
import { createTableSql } from '../../../src/database/create-table.js'
import { storeReturns } from '../../../src/tables/store-returns.js'
import { storeSales } from '../../../src/tables/store-sales.js'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { useClient, useSchema } from '../../support/server.js'

/** A schema of the current test, with both tables, and a session to look at it. */
export async function useTables(): Promise<{ connection: ConnectionOptions; client: Client; schema: string }> {
  const connection = await useSchema()
  const client = await useClient()
  await client.query(createTableSql(storeSales, connection.schema, 'postgres'))
  await client.query(createTableSql(storeReturns, connection.schema, 'postgres'))
  return { connection, client, schema: connection.schema }
}

/** How many rows a table has. */
export async function countRows(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`)
  return Number(rows[0]?.count)
}

/** A connection as the address of a sink. */
export function addressOf({ host, port, database, user, password = '', schema }: ConnectionOptions): string {
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?schema=${schema}`
}
