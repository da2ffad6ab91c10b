import { expect, test } from 'vitest'
import { createCdcStream, explainCommit, matchCommit } from '../../src/index.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { useClient, useSchema } from '../support/server.js'

const busy = {
  batchSize: 100,
  interval: 0,
  ratio: { insert: 60, update: 25, delete: 15 },
  createTables: true,
} as const

test('backends that are terminated are replaced, and every batch is there once', async () => {
  const connection = await useSchema()
  const admin = await useClient()
  await using stream = createCdcStream({ ...busy, target: connection, batches: 40, seed: 41 })
  await stream.start()
  for await (const { commit } of stream.commits()) {
    if (commit % 5 !== 0 || commit === 40) continue
    // By the tables that it writes to: others may use the cluster.
    const find = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE application_name = 'vitest-cloudberry-cdc' AND query LIKE $1`
    await admin.query(find, [`%${connection.schema}%`])
  }
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 40, differences: [] })
})

test.each([true, false])('the answer to COMMIT is lost, the COMMIT is not: %s', async (forward) => {
  const outcomes = await outcomesReadBack(await useSchema(), forward, { ...busy, batches: 8, seed: 42 })
  expect(new Set(outcomes)).toEqual(new Set([forward]))
})

test('snapshots of both tables at full load are one commit each', async () => {
  const connection = await useSchema()
  const client = await useClient()
  await using stream = createCdcStream({ ...busy, continuous: true, target: connection, seed: 43 })
  await stream.start()
  for (let left = 20; left > 0; left--) {
    const since = stream.ledger.commit
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const [sales, returns] = [
      await client.query<object>(`SELECT * FROM ${connection.schema}.store_sales_heap`),
      await client.query<object>(`SELECT * FROM ${connection.schema}.store_returns_heap`),
    ]
    await client.query('COMMIT')
    const seen = matchCommit(sales.rows, stream.table('store_sales_heap'), { since })
    expect(seen ?? explainCommit(sales.rows, stream.table('store_sales_heap'))).toHaveProperty('last')
    expect(matchCommit(returns.rows, stream.table('store_returns_heap'), { since })).toBeDefined()
  }
  const { commits } = await stream.stop()
  expect(commits).toBeGreaterThan(20)
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
})
