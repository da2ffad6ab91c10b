import { expect, test } from 'vitest'
import { connect } from '../../src/database/postgres/connect.js'
import { restartableServer } from '../support/restartable-server.js'
import { startCli } from './support/cli-process.js'
import { countRows, useTables } from './support/database.js'
import { expectOneLine } from './support/expect-one-line.js'

test('a table dropped while the stream runs ends it in one line, and what was committed stays', async () => {
  const { client, connection, schema } = await useTables()
  const running = await startCli({ args: ['--continuous', '--batch-interval', '0.1'], connection })
  await running.printed(/Batch 3 committed/)
  await client.query(`DROP TABLE ${schema}.store_returns_heap`)
  const result = await running.result
  expectOneLine(result, 1, /store_returns_heap/, connection.password)
  expect(result.stdout).toMatch(/Summary: \d+ batches/)
  expect(await countRows(client, `${schema}.store_sales_heap`)).toBeGreaterThan(500)
})

test.for(['fast', 'immediate'] as const)('a server that is stopped (%s) and started: nothing lost', async (mode) => {
  await using server = await restartableServer()
  const args = ['--create-tables', '--total-batches', '30', '--batch-interval', '0.1', '--ratio', '60/20/20']
  const running = await startCli({ args, connection: server.connection })
  await running.printed(/Batch 5 committed/)
  await server.stop(mode)
  await server.start()
  const { code, stdout, stderr } = await running.result
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/ - WARNING - Batch \d+, attempt \d+ failed: .*\. Trying again/) as string,
  })
  expect(stdout).toMatch(/Verified: .* after batch 30\n$/)
  const client = await connect(server.connection)
  const now = /store_sales_heap: .* (\d+) rows now/.exec(stdout)?.[1]
  expect(await countRows(client, 'tpcds.store_sales_heap')).toBe(Number(now))
  await client.end()
})
