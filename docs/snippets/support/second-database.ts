import { Client } from 'pg'
import { createTableSql } from '../../../src/database/create-table.js'
import { storeReturns } from '../../../src/tables/store-returns.js'
import { storeSales } from '../../../src/tables/store-sales.js'

/** A further database of the server, with the tables that `cloudberry-cdc ddl` prints, all empty. */
export class SecondDatabase implements AsyncDisposable {
  readonly #admin: Client
  readonly #name: string
  readonly client: Client

  private constructor(admin: Client, client: Client, name: string) {
    this.#admin = admin
    this.client = client
    this.#name = name
  }

  /** @param name of the database, and of the schema in it */
  static async make(connectionString: string, name: string): Promise<SecondDatabase> {
    const admin = new Client({ connectionString })
    await admin.connect()
    await admin.query(`CREATE DATABASE ${name}`)
    const place = new URL(connectionString)
    place.pathname = name
    const client = new Client({ connectionString: place.href })
    await client.connect()
    await client.query(`CREATE SCHEMA ${name}`)
    for (const table of [storeSales, storeReturns]) await client.query(createTableSql(table, name, 'postgres'))
    await client.query(`SET search_path = ${name}`)
    return new SecondDatabase(admin, client, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end()
    await this.#admin.query(`DROP DATABASE ${this.#name} WITH (FORCE)`)
    await this.#admin.end()
  }
}
