import type { TestProject } from 'vitest/node'
import { connectionFromEnvironment } from '../../src/database/connection/check-connection.js'
import { freePort } from '../../src/database/embedded/free-port.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connect } from '../../src/database/mysql/connect.js'
import { connectorSettings, hasMariadb, startMariadb } from '../support/mariadb-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server with a binary log, as a CDC source has it; undefined where MariaDB is not installed. */
    source: ConnectionOptions | undefined
  }
}

/** The server of `CDC_URL`, or one of this run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { CDC_URL: url } = process.env
  if (url !== undefined) {
    const given = connectionFromEnvironment({ CDC_URL: url })
    project.provide('source', await createUser({ ...given, database: 'mysql', schema: 'mysql' }))
    return async () => {}
  }
  const port = await freePort()
  const server = await startMariadb({ port, settings: connectorSettings })
  if (!hasMariadb()) console.log("The dialect of MySQL is skipped: there is no mariadbd (Debian's mariadb-server).")
  const database = 'none'
  const root = { protocol: 'mysql', port, user: 'root', database, schema: database } as const
  project.provide('source', server && (await createUser({ ...root, host: server.socketPath })))
  return async () => server?.[Symbol.asyncDispose]()
}

/** It logs in over TCP, as those of a job do. */
async function createUser(root: ConnectionOptions): Promise<ConnectionOptions> {
  const client = await connect(root)
  await client.query(
    `DROP USER IF EXISTS cdc@'127.0.0.1'; CREATE USER cdc@'127.0.0.1' IDENTIFIED BY 'secret99'; GRANT ALL ON *.* TO cdc@'127.0.0.1' WITH GRANT OPTION`,
  )
  await client.close()
  return { ...root, host: '127.0.0.1', user: 'cdc', password: 'secret99' }
}
