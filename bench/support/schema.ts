import type { Client } from 'pg'
import { createTableSql } from '../../src/database/create-table.js'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { tables } from './settings.js'

/** A schema of one run, with both tables, empty. */
export interface BenchSchema {
  /** A session of the contender's own. */
  readonly client: Client
  readonly connection: ConnectionOptions
}

/** Calls back with fresh tables, and drops them. Every run begins right after a checkpoint. */
export async function withTables<T>(
  connection: ConnectionOptions,
  use: (schema: BenchSchema) => Promise<T>,
): Promise<T> {
  const schema = 'bench'
  const client = await connect(connection, {
    settings: { DateStyle: 'ISO', plan_cache_mode: 'force_custom_plan' },
  })
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`)
    for (const table of tables) await client.query(createTableSql(table, schema, 'postgres'))
    await client.query('CHECKPOINT')
    return await use({ client, connection: { ...connection, schema } })
  } finally {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`).catch(() => {})
    await client.end()
  }
}

/** Runs work and returns how much of something was done a second. */
export async function rate(amount: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (amount * 1000) / (performance.now() - begun)
}
