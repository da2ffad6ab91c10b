import { randomBytes } from 'node:crypto'
import { escapeIdentifier } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream, defineTable, type TableDefinition } from '../../src/index.js'
import { createTableSql } from '../../src/database/create-table.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connectionVariables, runCli } from '../cli/support/cli-process.js'
import { cdcError } from '../support/cdc-error.js'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { testConnection, useClient } from '../support/server.js'
import { runVitest } from '../support/vitest-run.js'

/** Quotes, dots, blanks, capitals, dollars, comments, and what PostgreSQL cuts or the shell reads; 63 bytes at most. */
const NAMES = [`It's "A".b; DROP TABLE x; --`, `$$ || '\\' %I \${x} $(id) \t€漢`, 'SELECT', 'a\nb\r\nc', 'x'.repeat(50)]

async function useHostileSchema(
  name: string,
): Promise<{ client: PostgresClient; connection: ConnectionOptions; quoted: string }> {
  const schema = `${name}${randomBytes(4).toString('hex')}`
  const connection = { ...testConnection(), schema }
  const quoted = escapeIdentifier(schema)
  const client = await useClient()
  await client.query(`CREATE SCHEMA ${quoted}`)
  onTestFinished(async () => {
    const admin = await connect(connection)
    await admin.query(`DROP SCHEMA ${quoted} CASCADE`)
    await admin.end()
  })
  return { client, connection, quoted }
}

/** A table and its child, whose names differ at their end only. */
function hostileTables(name: string): TableDefinition[] {
  const table = (end: string, parent?: string): TableDefinition =>
    defineTable({
      name: `${name}_${end}`,
      key: `${name} id`,
      columns: [
        { name: `${name} id`, type: 'int8' },
        { name: `${name} "x"`, type: 'int4', recomputed: true },
        { name: `${name}.text`, type: 'text', recomputed: true },
      ],
      ...(parent !== undefined && { parent: { table: parent, on: { [`${name} id`]: `${name} id` } } }),
      rows: () => ({
        fill: (cells, number, version) => {
          cells[1] = number + version
          cells[2] = `'); DROP TABLE x; -- \\N\t\n$1 ${version}`
        },
        // What stands there already can be updated, too.
        revise: (cells, _number, version) => {
          cells[1] = version
          cells[2] = `${version}`
        },
      }),
    })
  return [table('1'), table('2', `${name}_1`)]
}

test.for(NAMES)('a stream on tables, columns and a schema that are called like %j', async (name) => {
  const { client, connection, quoted } = await useHostileSchema(name)
  const tables = hostileTables(name)
  for (const table of tables) {
    await client.query(createTableSql(table, connection.schema, 'postgres'))
    await client.query(
      `INSERT INTO ${quoted}.${escapeIdentifier(table.name)} SELECT i, i, 'there' FROM generate_series(1, 40) AS i`,
    )
  }
  const options = { target: connection, tables, batchSize: 20, interval: 0, seed: 3, retryFor: 1_000 }
  await using stream = createCdcStream({ ...options, batches: 6, ratio: { insert: 40, update: 40, delete: 20 } })
  await stream.start()
  const { inserts, updates, deletes } = await stream.finished
  expect(Math.min(inserts, updates, deletes)).toBeGreaterThan(0)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 6, differences: [] })
})

test.for(NAMES)('a schema that is called like %j can be emptied, with all its tables', async (name) => {
  const { client, connection, quoted } = await useHostileSchema(name)
  const table = `${quoted}.${escapeIdentifier(name)}`
  for (const wholeSchema of [true, false]) {
    await client.query(`CREATE TABLE IF NOT EXISTS ${table} AS SELECT 1 AS n`)
    const emptying = { schema: connection.schema, tables: [name], wholeSchema, reset: ['SELECT 1'], patience: 1_000 }
    await client.empty(emptying)
    expect((await client.query(`SELECT FROM ${table}`)).rowCount).toBe(0)
  }
})

test('the command line on such a schema', async () => {
  const { client, connection, quoted } = await useHostileSchema(NAMES[0]!)
  const args = ['--create-tables', '--total-batches', '3', '--batch-interval', '0', '--ratio', '50/30/20']
  const { code, stdout, stderr } = await runCli({ args, connection })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/Verified: /)
  expect((await client.query(`SELECT FROM ${quoted}.store_sales_heap`)).rowCount).toBeGreaterThan(0)
})

test('the fixtures on such a schema', async () => {
  const { client, connection } = await useHostileSchema(`It's "A".b\n$$ \\\t$(id) \`€`)
  for (const table of [storeSales, storeReturns]) {
    await client.query(createTableSql(table, connection.schema, 'postgres'))
  }
  const run = await runVitest({
    env: { ...connectionVariables(connection), CDC_TARGET: 'configured' },
    files: {
      'names.spec.ts': `
import { Client } from 'pg'
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 2, interval: 0, isolation: 'none' })
test('writes', async ({ cdcStream, cloudberry }) => {
  await cdcStream.start()
  await cdcStream.finished
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
  const count = cdcStream.ledger.at().count('store_sales_heap')
  const client = new Client({ connectionString: cloudberry.connectionString })
  await client.connect()
  for (const session of [cloudberry.pool, client]) {
    const { rows } = await session.query('SELECT count(*)::int4 AS n, current_schema() AS schema FROM store_sales_heap')
    expect(rows).toEqual([{ n: count, schema: cloudberry.schema }])
  }
  await client.end()
})
`,
    },
  })
  expect(run.tests, run.output).toMatchObject([{ status: 'passed' }])
})

test('a name that holds NUL is refused, wherever it is given', async () => {
  const names = { host: 'h', port: 1, database: 'd', user: 'u', schema: 's' }
  for (const field of ['host', 'database', 'user', 'schema', 'password']) {
    const stream = createCdcStream({ target: { ...names, [field]: 'a\0b' } })
    await expect(stream.start(), field).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', `\`target.${field}\``))
  }
  const columns = [{ name: 'id', type: 'int8' }] as const
  const rows = () => ({ fill: () => {} })
  expect(() => defineTable({ name: 'a\0b', key: 'id', columns, rows })).toThrow(cdcError('ERR_CDC_OPTIONS', 'name'))
  expect(() => defineTable({ name: 'a', key: 'a\0b', columns: [{ name: 'a\0b', type: 'int8' }], rows })).toThrow(
    cdcError('ERR_CDC_OPTIONS', '`a`', 'names'),
  )
})
