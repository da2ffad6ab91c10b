import { createConnection } from 'mysql2/promise'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'
import { freePort } from '../../../src/database/embedded/free-port.js'
import { connectorSettings, hasMariadb, startMariadb } from '../../../test/support/mariadb-server.js'

export { hasMariadb }

/** A MariaDB with a binary log, and a database for a stream. */
export interface MariadbSource extends AsyncDisposable {
  readonly connection: ConnectionOptions & { readonly password: string }
  /** Rows of a query as texts, as PostgreSQL writes those of numbers. */
  readonly rowTexts: (sql: string) => Promise<readonly string[]>
}

export async function startSource(database: string): Promise<MariadbSource> {
  const port = await freePort()
  const server = await startMariadb({ port, settings: connectorSettings })
  if (!server) throw new Error('Expected MariaDB to be installed, got none.')
  const [user, password] = ['cdc', 'pipelines']
  const root = await createConnection({ socketPath: server.socketPath, user: 'root', decimalNumbers: false })
  await root.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await root.query(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`)
  await root.query(`GRANT ALL ON *.* TO ${user}@'127.0.0.1'`)
  await root.query(`USE ${database}`)
  return {
    connection: { protocol: 'mysql', host: '127.0.0.1', port, user, password, database, schema: database },
    rowTexts: async (sql) => {
      const [rows] = await root.query<never[]>({ sql, rowsAsArray: true })
      return rows.map((row: readonly unknown[]) => `(${row.map((value) => value ?? '').join(',')})`)
    },
    [Symbol.asyncDispose]: async () => {
      await root.end()
      await server[Symbol.asyncDispose]()
    },
  }
}
