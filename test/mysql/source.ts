import { randomBytes } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import type { MysqlClient } from '../../src/database/mysql/client.js'
import { connect } from '../../src/database/mysql/connect.js'

const server = inject('source')

/** Whether MariaDB is installed. */
export const hasSource: boolean = server !== undefined

export function sourceConnection(): ConnectionOptions {
  if (!server) throw new Error('Expected a server, got none.')
  return server
}

/** Names a database for the current test, which goes with it. */
export function useDatabase(): ConnectionOptions {
  const database = `d_${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    const client = await connect(sourceConnection())
    await client.query(`DROP DATABASE IF EXISTS ${database}`)
    await client.close()
  })
  return { ...sourceConnection(), database, schema: database }
}

export async function useClient(connection: ConnectionOptions = sourceConnection()): Promise<MysqlClient> {
  const client = await connect(connection, { reads: true })
  onTestFinished(() => client.close())
  return client
}
