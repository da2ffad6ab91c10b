import { Pool } from 'pg'
import { createTableSql } from '../../../src/database/create-table.js'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { storeReturns } from '../../../src/tables/store-returns.js'
import { storeSales } from '../../../src/tables/store-sales.js'

const definitions = [storeSales, storeReturns]
/** The tables of the stream. */
export const tables = definitions.map(({ name }) => name)

/** What a sink is made of. */
export interface SinkOptions {
  /** @default the name of the schema */
  readonly database?: string
  /** Whether schema and tables are there, all empty. @default true */
  readonly filled?: boolean
}

/** The other end of a pipeline: a database of its own. */
export class SinkDatabase implements AsyncDisposable {
  readonly #admin: Pool
  /** Of the database. */
  readonly name: string
  readonly connectionString: string
  readonly pool: Pool

  private constructor(admin: Pool, place: URL, schema: string) {
    this.#admin = admin
    this.name = place.pathname.slice(1)
    this.connectionString = place.href
    this.pool = open(place.href, `-c search_path=${schema}`)
  }

  /** @param schema where the tables are */
  static async make(
    server: ConnectionOptions,
    schema: string,
    { database = schema, filled = true }: SinkOptions = {},
  ): Promise<SinkDatabase> {
    const place = addressOf(server)
    const admin = open(place.href)
    await admin.query(`CREATE DATABASE ${database}`)
    place.pathname = database
    const sink = new SinkDatabase(admin, place, schema)
    if (filled) {
      await sink.pool.query(`CREATE SCHEMA ${schema}`)
      for (const table of definitions) await sink.pool.query(createTableSql(table, schema, 'postgres'))
    }
    return sink
  }

  // #region read
  /** The rows of each table, as of one moment. */
  async read(): Promise<Record<string, object[]>> {
    const client = await this.pool.connect()
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      const read: Record<string, object[]> = {}
      for (const table of tables) read[table] = (await client.query<object>(`SELECT * FROM ${table}`)).rows
      await client.query('COMMIT')
      client.release()
      return read
    } catch (error) {
      client.release(true) // with the transaction that it is in
      throw error
    }
  }
  // #endregion read

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.end()
    await this.#admin.query(`DROP DATABASE ${this.name} WITH (FORCE)`)
    await this.#admin.end()
  }
}

function open(connectionString: string, options?: string): Pool {
  const pool = new Pool({ connectionString, max: 4, ...(options && { options }) })
  // A session that is lost while nobody uses it: the next one who asks gets another.
  pool.on('error', () => {})
  // One that is lost while it is used: who uses it is told.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

function addressOf({ host, port, database, user, password }: ConnectionOptions): URL {
  const address = new URL(`postgres://${host}:${port}/${database}`)
  address.username = user
  address.password = password ?? ''
  return address
}
