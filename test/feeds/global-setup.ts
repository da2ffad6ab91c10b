import { createConnection } from 'mariadb'
import type { TestProject } from 'vitest/node'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { startMariadb } from '../support/mariadb-server.js'
import { hasDebezium } from './debezium.js'
import { startDebianPostgres } from '../support/debian-postgres.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Debian's PostgreSQL with wal2json; undefined where it is not installed. */
    debian: ConnectionOptions | undefined
    /** The socket of a MariaDB server with a database `test`; undefined where there is none. */
    mariadb: string | undefined
  }
}

/** Starts the servers that Debian has. The embedded one is that of the fixtures. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers: AsyncDisposable[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  }
  try {
    const debian = await startDebianPostgres()
    if (debian) servers.push(debian)
    else skipped('wal2json, pg_recvlogical and the subscription are', 'postgresql-15 and postgresql-15-wal2json')
    if (!hasDebezium()) console.log('Debezium is skipped: its engine is not installed, or Java or Maven.')
    const mariadb = await startMariadb()
    if (mariadb) {
      servers.push(mariadb)
      const connection = await createConnection({ socketPath: mariadb.socketPath, user: 'root' })
      await connection.query('CREATE DATABASE test CHARACTER SET utf8mb4')
      await connection.end()
    } else skipped('MariaDB as a sink is', 'mariadb-server')
    project.provide('debian', debian?.connection)
    project.provide('mariadb', mariadb?.socketPath)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

function skipped(what: string, packages: string): void {
  console.log(`${what} skipped: Debian's ${packages} not installed.`)
}
