import { randomBytes } from 'node:crypto'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { inject, onTestFinished } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import './global-setup.js'

/** The run's server. Its user is a superuser, its schema does not exist: tests take one of their own. */
export function testConnection(): ConnectionOptions {
  return inject('testServer')
}

/** Calls `use` with a session on a new schema, which is dropped afterwards. */
export async function withSchema<T>(
  use: (client: PostgresClient, connection: ConnectionOptions) => Promise<T>,
): Promise<T> {
  const connection = { ...testConnection(), schema: `t_${randomBytes(6).toString('hex')}` }
  const client = await connect(connection, { applicationName: 'test' })
  try {
    await client.query(`CREATE SCHEMA ${connection.schema}`)
    return await use(client, connection)
  } finally {
    // `use` may have left a transaction behind that failed.
    await client.query('ROLLBACK')
    await client.query(`DROP SCHEMA IF EXISTS ${connection.schema} CASCADE`)
    await client.end()
  }
}

/** Makes a schema for the current test, and drops it when the test has finished. Not for concurrent tests. */
export async function useSchema(): Promise<ConnectionOptions> {
  const connection = { ...testConnection(), schema: `t_${randomBytes(6).toString('hex')}` }
  const run = async (statement: string): Promise<void> => {
    const client = await connect(connection, { applicationName: 'test' })
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(`CREATE SCHEMA ${connection.schema}`)
  onTestFinished(() => run(`DROP SCHEMA IF EXISTS ${connection.schema} CASCADE`))
  return connection
}

/** Opens a session for the current test, and ends it when the test has finished. Not for concurrent tests. */
export async function useClient(connection: ConnectionOptions = testConnection()): Promise<PostgresClient> {
  const client = await connect(connection, { applicationName: 'test' })
  onTestFinished(() => client.end())
  return client
}

/** Makes a database for the current test, for what is told of a whole database. Its slots go with it. */
export async function useDatabase(): Promise<ConnectionOptions> {
  const admin = await useClient()
  const database = `d_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${database}`)
  onTestFinished(async () => {
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
  })
  return { ...testConnection(), database, schema: 'public' }
}

/** Makes a superuser for the current test, so that its sessions are told apart from those of other tests. */
export async function useRole(connection: ConnectionOptions): Promise<ConnectionOptions> {
  const [name, password] = [`r_${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')]
  const admin = await useClient(connection)
  await admin.query(`CREATE ROLE ${name} SUPERUSER LOGIN PASSWORD '${password}'`)
  onTestFinished(async () => {
    const client = await connect(connection, { applicationName: 'test' })
    await client.query(`DROP OWNED BY ${name} CASCADE`)
    await client.query(`DROP ROLE ${name}`)
    await client.end()
  })
  return { ...connection, user: name, password }
}
