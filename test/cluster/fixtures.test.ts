import { expect, test } from 'vitest'
import { connectionVariables } from '../cli/support/cli-process.js'
import { useSchema } from '../support/server.js'
import { runVitest } from '../support/vitest-run.js'

const spec = `
import { withCdcStream } from 'vitest-cloudberry-cdc'
const test = withCdcStream({ batches: 15, interval: 0, batchSize: 50, ratio: { insert: 70, update: 20, delete: 10 } })
test('a table at full load', async ({ cdcStream, cloudberry, expect }) => {
  await cdcStream.start()
  for (let left = 4; left > 0; left--) {
    const rows = await cdcStream.read(async () => (await cloudberry.pool.query('SELECT * FROM store_sales_heap')).rows)
    expect(rows).toMatchCommit(cdcStream.table('store_sales_heap'))
  }
  await cdcStream.finished
  const { rows } = await cloudberry.pool.query('SELECT * FROM store_returns_heap')
  expect(rows).toMatchLatest(cdcStream.table('store_returns_heap'))
})
test('a script, and a change of the tables between two commits', async ({ cdcStream, cloudberry, expect }) => {
  await cdcStream.step(5)
  await cdcStream.during((client) => client.query('ALTER TABLE store_sales_heap ADD COLUMN note text'))
  await cdcStream.step(5)
  expect(await cdcStream.verify()).toMatchObject({ equal: true })
})
test('a query over both tables', async ({ cdcStream, cloudberry, expect }) => {
  const sql = \`SELECT ss_store_sk, count(*) AS sales, sum(ss_net_paid) AS paid, count(sr_id) AS returns
    FROM store_sales_heap LEFT JOIN store_returns_heap ON sr_ticket_number = ss_ticket_number AND sr_item_sk = ss_item_sk GROUP BY 1\`
  await cdcStream.start()
  for (let left = 3; left > 0; left--) {
    const rows = await cdcStream.read(() => cloudberry.pool.query(sql))
    await expect(rows).toMatchCommit(cdcStream.query(sql, { key: 'ss_store_sk' }))
  }
})
`

test('twelve tests in four workers share a cluster', async () => {
  const connection = await useSchema()
  const run = await runVitest({
    files: Object.fromEntries([1, 2, 3, 4].map((number) => [`file-${number}.spec.ts`, spec])),
    env: { ...connectionVariables(connection), CDC_TARGET: 'configured' },
    config: 'maxWorkers: 4, minWorkers: 4, testTimeout: 90_000, hookTimeout: 90_000,',
  })
  expect(
    run.tests.map(({ status }) => status),
    run.output,
  ).toEqual(Array.from({ length: 12 }, () => 'passed'))
  expect(run.exitCode, run.output).toBe(0)
})
