import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { onTestFinished, expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import { testConnection, useSchema } from '../support/server.js'
import { runCli, startCli } from './support/cli-process.js'
import { countRows, useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'

const quick = ['--batch-interval', '0', '--total-batches', '3']

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a server that is down', async () => {
  const port = await closedPort()
  const result = await runCli({ args: quick, connection: { ...testConnection(), port } })
  expectOneLine(result, 1, new RegExp(`database server at 127.0.0.1:${port}.*ECONNREFUSED`), testConnection().password)
  expect(result.log.at(-1)).toMatch(/ - ERROR - .*ECONNREFUSED/)
})

test('a wrong password', async () => {
  const connection = { ...testConnection(), password: 'open-sesame-4711' }
  const result = await runCli({ args: quick, connection })
  expectOneLine(result, 1, /CLOUDBERRY_PASSWORD/, 'open-sesame-4711')
  expect(result.log.join('\n')).not.toContain('open-sesame-4711')
})

test('an unknown database', async () => {
  const result = await runCli({ args: quick, connection: { ...testConnection(), database: 'nowhere' } })
  expectOneLine(result, 1, /`nowhere`.*CLOUDBERRY_DATABASE/)
})

test('an unknown schema', async () => {
  const result = await runCli({ args: quick, connection: { ...testConnection(), schema: 'nowhere' } })
  expectOneLine(result, 1, /`nowhere`/)
})

test('missing tables are named, and creating them is offered', async () => {
  const connection = await useSchema()
  expectOneLine(
    await runCli({ args: quick, connection }),
    1,
    /no `store_sales_heap`, `store_returns_heap`.*--create-tables/,
  )
  const created = await runCli({ args: [...quick, '--create-tables'], connection })
  expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining('Created table store_returns_heap') })
})

test('one missing table is named alone', async () => {
  const { client, connection, schema } = await useTables()
  await client.query(`DROP TABLE ${schema}.store_returns_heap`)
  expectOneLine(await runCli({ args: quick, connection }), 1, /got no `store_returns_heap`\. .*--create-tables/)
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBe(0)
})

test.for([
  ['a missing column', 'ALTER TABLE store_sales_heap DROP COLUMN ss_quantity', /store_sales_heap.*ss_quantity/],
  [
    'a column of another type',
    'ALTER TABLE store_returns_heap ALTER sr_fee TYPE date USING NULL',
    /store_returns_heap.*sr_fee/,
  ],
] as const)('%s', async ([, statement, line]) => {
  const { client, connection, schema } = await useTables()
  await client.query(`SET search_path = ${schema}`)
  await client.query(statement)
  expectOneLine(await runCli({ args: quick, connection }), 1, line)
  expect(await countRows(client, 'store_sales_heap')).toBe(0)
})

test.for(['INSERT', 'UPDATE', 'DELETE'])('no privilege to %s', async (missing) => {
  const { client, connection, schema } = await useTables()
  const user = `cli_${randomBytes(6).toString('hex')}`
  await client.query(`CREATE ROLE ${user} LOGIN PASSWORD 'let-me-in-4711'`)
  onTestFinished(async () => {
    const admin = await connect(testConnection())
    await admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)
    await admin.end()
  })
  const granted = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].filter((privilege) => privilege !== missing)
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${user}`)
  await client.query(`GRANT ${granted.join()} ON ALL TABLES IN SCHEMA ${schema} TO ${user}`)
  const result = await runCli({ args: quick, connection: { ...connection, user, password: 'let-me-in-4711' } })
  expectOneLine(result, 1, new RegExp(missing), 'let-me-in-4711')
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBe(0)
})

test('a second stream on the same tables, and the first one goes on', async () => {
  const { client, connection, schema } = await useTables()
  const first = await startCli({ args: ['--continuous', '--batch-interval', '0.05'], connection })
  await first.printed(/Batch 2 committed/)
  expectOneLine(await runCli({ args: quick, connection }), 1, /store_sales_heap|stream/)
  first.child.kill('SIGINT')
  const result = await first.result
  expect(result.code).toBe(130)
  expect(result.stdout).toMatch(/Verified: /)
  const now = /store_sales_heap: .* (\d+) rows now/.exec(result.stdout)?.[1]
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBe(Number(now))
})
