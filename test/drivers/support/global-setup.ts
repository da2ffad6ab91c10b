import pg from 'pg'
import { createConnection } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../../src/target/embedded.js'
import { startMariadb } from './mariadb.js'
import { insertStatement } from './measured-rows.js'
import type { Databases } from './reading.js'

declare module 'vitest' {
  interface ProvidedContext {
    databases: Databases
  }
}

const COLUMNS = 'id bigint PRIMARY KEY, amount numeric(14,8), sold_on date, is_paid boolean, note text'

/** Starts the servers and fills the table in each. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [embedded, mariadb] = await Promise.all([startEmbedded(), startMariadb()])
  const { host, port, user, password, database } = embedded.connection
  const postgres = `postgres://${user}:${encodeURIComponent(password ?? '')}@${host}:${port}/${database}`
  const client = new pg.Client(postgres)
  await client.connect()
  await client.query(`CREATE TABLE measured (${COLUMNS}); ${insertStatement()}`)
  await client.end()
  if (mariadb) {
    const connection = await createConnection({ socketPath: mariadb.socket, user: 'root', multipleStatements: true })
    const utf8 = COLUMNS.replace('note text', 'note text CHARACTER SET utf8mb4')
    await connection.query(
      `CREATE DATABASE drivers; USE drivers; CREATE TABLE measured (${utf8}); ${insertStatement()}`,
    )
    await connection.end()
  } else {
    console.log('MariaDB is not there, so its drivers are left out: install mariadb-server.')
  }
  project.provide('databases', { postgres, mariadb: mariadb?.socket })
  return async () => {
    await Promise.all([embedded[Symbol.asyncDispose](), mariadb?.stop()])
  }
}
