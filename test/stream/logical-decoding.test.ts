import { expect, test } from 'vitest'
import { createCdcStream, storeReturns, storeSales } from '../../src/index.js'
import { createTableSql } from '../../src/tables/ddl.js'
import { decodedRuns, ledgerRuns } from '../support/decoded-runs.js'
import { useClient, useSchema } from '../support/server.js'
import { decodeTransactions } from '../support/pgoutput.js'

test.each([
  ['one after the other', {}],
  ['of four writers', { writers: 4, rollback: 0.2 }],
  ['late and long', { lateCommit: 0.4, longTransaction: 10, writers: 2 }],
])('logical decoding reports the commits of the ledger, %s, run by run', async (_, overlap) => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const { schema } = connection
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    batchSize: 40,
    batches: 40,
    interval: 0,
    seed: 51,
    ratio: { insert: 50, update: 30, delete: 20 },
    ...overlap,
  })
  // A slot waits for the end of all transactions that are open, so it comes first.
  for (const table of [storeSales, storeReturns]) await client.query(createTableSql(table, schema, 'postgres'))
  await client.query(`ALTER TABLE ${schema}.store_sales_heap REPLICA IDENTITY FULL`)
  await client.query(`ALTER TABLE ${schema}.store_returns_heap REPLICA IDENTITY FULL`)
  await client.query(`CREATE PUBLICATION ${schema} FOR TABLE ${schema}.store_sales_heap, ${schema}.store_returns_heap`)
  await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [schema])
  try {
    await stream.start()
    await stream.finished
    const { rows } = await client.query<{ data: Buffer }>(
      `SELECT data FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)`,
      [schema, schema],
    )
    const transactions = decodeTransactions(rows.map(({ data }) => data))
    expect(transactions).toHaveLength(40)
    transactions.forEach((decoded, index) => {
      expect(decodedRuns(decoded)).toEqual(ledgerRuns(stream.ledger.changes(index + 1)))
    })
  } finally {
    await client.query('SELECT pg_drop_replication_slot($1)', [schema])
    await client.query(`DROP PUBLICATION ${schema}`)
  }
})
