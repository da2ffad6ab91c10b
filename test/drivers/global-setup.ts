import { createConnection } from 'mariadb'
import type { TestProject } from 'vitest/node'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { startEmbedded } from '../../src/database/embedded/start-embedded.js'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.js'
import { statements } from './table.js'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: ConnectionOptions
    /** The socket of a MariaDB server; undefined where there is none. */
    mariadb: string | undefined
  }
}

/** Starts the servers, and fills the table of each. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startEmbedded()
  let mariadb: MariadbServer | undefined
  const stop = async (): Promise<void> => {
    await mariadb?.[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
  }
  try {
    const client = await connect({ ...postgres.connection, schema: 'public' }, { applicationName: 'test' })
    for (const statement of statements('postgres', 'public.readings')) await client.query(statement)
    await client.end()
    mariadb = await startMariadb()
    if (mariadb) await fillMariadb(mariadb.socketPath)
    else console.log("The drivers of MySQL and MariaDB are skipped: there is no mariadbd (Debian's mariadb-server).")
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('postgres', postgres.connection)
  project.provide('mariadb', mariadb?.socketPath)
  return stop
}

async function fillMariadb(socketPath: string): Promise<void> {
  const connection = await createConnection({ socketPath, user: 'root' })
  await connection.query('CREATE DATABASE test CHARACTER SET utf8mb4')
  for (const statement of statements('mariadb', 'test.readings')) await connection.query(statement)
  await connection.end()
}
