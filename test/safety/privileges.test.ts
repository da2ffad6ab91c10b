import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { connectionVariables, runCli } from '../cli/support/cli-process.js'
import { countRows, useTables } from '../cli/support/database.js'
import { testConnection, useClient } from '../support/server.js'
import { runVitest } from '../support/vitest-run.js'

const PRIVILEGES = fileURLToPath(new URL('../../docs/snippets/privileges.sql', import.meta.url))

/** The statements of docs/security.md below a comment, for a role and names of the test. */
async function documented(comment: string, names: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(PRIVILEGES, 'utf8')
  const block = new RegExp(`^-- ${comment}.*\\n((?:(?!--|\`\`\`).*\\n)+)`, 'm').exec(text)?.[1]
  expect(block, comment).toMatch(/^GRANT .*;$/m)
  return block!.replaceAll(/\b(?:etl|gpadmin|tpcds)\b/g, (name) => names[name]!)
}

/** A role that may do nothing, in a database where the public may do nothing either, but for what `grant` says. */
async function useRoleWith(connection: ConnectionOptions, comments: readonly string[]): Promise<ConnectionOptions> {
  const admin = await useClient(connection)
  const etl = `p_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await admin.query(`CREATE ROLE ${etl} LOGIN PASSWORD '${password}'`)
  onTestFinished(async () => {
    const client = await connect(connection)
    await client.query(`DROP OWNED BY ${etl} CASCADE; DROP ROLE ${etl}`)
    await client.end()
  })
  const names = { etl, gpadmin: connection.database, tpcds: connection.schema }
  for (const comment of comments) await admin.query(await documented(comment, names))
  return { ...connection, user: etl, password }
}

/** A database of the test's own, where nobody has a privilege by default. */
async function useClosedDatabase(): Promise<ConnectionOptions> {
  const database = `d_${randomBytes(6).toString('hex')}`
  const admin = await useClient()
  await admin.query(`CREATE DATABASE ${database}`)
  onTestFinished(async () => {
    const client = await connect(testConnection())
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await client.end()
  })
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
  return { ...testConnection(), database, schema: 'demo' }
}

const ARGS = ['--total-batches', '4', '--batch-interval', '0', '--ratio', '60/25/15']

test('the command line needs no more than the documentation says, on tables that are there', async () => {
  const { client, connection, schema } = await useTables()
  // Rows that stand there before are read, changed and deleted.
  await runCli({ args: ['--total-batches', '1'], connection })
  const before = await countRows(client, `${schema}.store_sales_heap`)
  const result = await runCli({ args: ARGS, connection: await useRoleWith(connection, ['the command line']) })
  expect(result.stderr).toBe('')
  expect(result.stdout).toMatch(/Verified: /)
  expect(result.code).toBe(0)
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBeGreaterThan(before)
})

test.for([
  ['the schema', ['the command line, which creates the tables'], true],
  ['nothing', ['the command line, which creates the schema'], false],
] as const)('the command line that creates what is missing, with %s there', async ([, comments, isThere]) => {
  const connection = await useClosedDatabase()
  const admin = await useClient(connection)
  if (isThere) await admin.query('CREATE SCHEMA demo')
  const role = await useRoleWith(connection, comments)
  const refused = await runCli({ args: ARGS, connection: role })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--create-tables') })
  const result = await runCli({ args: [...ARGS, '--create-tables'], connection: role })
  expect(result).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/Verified: /) })
})

test('the fixtures need no more than the documentation says, and not one privilege less', async () => {
  const connection = await useClosedDatabase()
  const files = {
    'role.spec.ts': `
import { expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 3, interval: 0, baseline: 50, ddl: 'CREATE TABLE sink (id int8)' })
test('writes', async ({ cdcStream, cloudberry }) => {
  await cloudberry.pool.query('BEGIN; INSERT INTO sink VALUES (1); COMMIT')
  await cdcStream.start()
  await cdcStream.finished
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
`,
  }
  const role = await useRoleWith(connection, ['the fixtures'])
  const env = { ...connectionVariables(role), CDC_TARGET: 'configured' }
  const run = await runVitest({ env, files })
  expect(run.tests, run.output).toMatchObject([{ status: 'passed' }])
  const admin = await useClient(connection)
  const left = await admin.query("SELECT FROM pg_namespace WHERE nspname LIKE 'cdc\\_%'")
  expect(left.rowCount).toBe(0)

  await admin.query(`REVOKE CREATE ON DATABASE ${connection.database} FROM ${role.user}`)
  const refused = await runVitest({ env, files })
  expect(refused.tests).toMatchObject([{ status: 'failed', failures: [expect.stringContaining('permission denied')] }])
})
