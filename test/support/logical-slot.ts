import { expect } from 'vitest'
import type { CdcStream } from '../../src/index.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { decodedRuns, ledgerRuns } from './decoded-runs.js'
import { createOwnTables } from './existing-rows.js'
import { decodeTransactions } from './pgoutput.js'
import { useClient } from './server.js'

/** What logical decoding tells of the tables of a schema. */
export interface LogicalSlot extends AsyncDisposable {
  /** Checks that it tells of the commits of the ledger, run by run; returns the runs of each commit. */
  expectLedger(stream: CdcStream): Promise<string[][][]>
}

/** Makes the tables, and a slot that keeps their changes from now on. To be called while no transaction is open. */
export async function openLogicalSlot(connection: ConnectionOptions): Promise<LogicalSlot> {
  const client = await useClient(connection)
  const { schema } = connection
  await createOwnTables(client, schema)
  const tables = ['store_sales_heap', 'store_returns_heap'].map((table) => `${schema}.${table}`)
  for (const table of tables) await client.query(`ALTER TABLE ${table} REPLICA IDENTITY FULL`)
  await client.query(`CREATE PUBLICATION ${schema} FOR TABLE ${tables.join(', ')}`)
  await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [schema])
  return {
    expectLedger: async (stream) => {
      const { rows } = await client.query<{ data: Buffer }>(
        `SELECT data FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)`,
        [schema, schema],
      )
      const transactions = decodeTransactions(rows.map(({ data }) => data)).map((decoded) => decodedRuns(decoded))
      expect(transactions).toHaveLength(stream.ledger.commit)
      transactions.forEach((runs, index) => expect(runs).toEqual(ledgerRuns(stream.ledger.changes(index + 1))))
      return transactions
    },
    [Symbol.asyncDispose]: async () => {
      await client.query('SELECT pg_drop_replication_slot($1)', [schema])
      await client.query(`DROP PUBLICATION ${schema}`)
    },
  }
}
