import { randomBytes } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import '../../../fixtures/database/cdc-server.js'
import { connect } from '../../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../../src/database/connection/connection.js'

/** A connection to the run's server with a schema of the current test, which is dropped when it has finished. */
export async function cdcServer(): Promise<ConnectionOptions> {
  const { connection } = inject('cdcServer')!
  const own = { ...connection, schema: `docs_${randomBytes(6).toString('hex')}` }
  const run = async (statement: string): Promise<void> => {
    const client = await connect(connection)
    await client.query(statement)
    await client.end()
  }
  await run(`CREATE SCHEMA ${own.schema}`)
  onTestFinished(() => run(`DROP SCHEMA ${own.schema} CASCADE`))
  return own
}
