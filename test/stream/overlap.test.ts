import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream, type CdcOptions, matchCommit } from '../../src/index.js'
import { ownTable } from '../support/own-table.js'
import { useClient, useSchema } from '../support/server.js'

const hostile = { writers: 4, lateCommit: 0.3, rollback: 0.2, longTransaction: 12 } as const

test.each<[string, CdcOptions]>([
  ['four writers, 1,000 commits', { writers: 4, batches: 1_000, batchSize: 10 }],
  ['four writers with many changes', { writers: 4, batches: 200, batchSize: 25, ratio: 0.5 }],
  ['late commits', { lateCommit: 0.5, batches: 100, batchSize: 25, ratio: { insert: 60, update: 20, delete: 20 } }],
  ['rollbacks', { rollback: 0.5, batches: 100, batchSize: 25, ratio: { insert: 60, update: 20, delete: 20 } }],
  ['a long transaction', { longTransaction: 15, batches: 100, batchSize: 25 }],
  ['all of it, on sales alone', { ...hostile, batches: 100, batchSize: 25, tables: 'sales' }],
  ['all of it', { ...hostile, batches: 100, batchSize: 25, ratio: { insert: 60, update: 20, delete: 20 } }],
])('the tables equal the ledger after %s', async (_, options) => {
  const connection = await useSchema()
  await using stream = createCdcStream({ target: connection, createTables: true, interval: 0, seed: 8, ...options })
  await stream.start()
  const summary = await stream.finished
  expect(summary).toMatchObject({ commits: options.batches, retries: 0, resolved: 0 })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: options.batches })
})

test('transactions are really open at the same time, and end with the stream', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const sessions = async (state: string): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(DISTINCT pid)::int4 AS n FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE relation = to_regclass($1) AND state LIKE $2`,
      [`${connection.schema}.store_sales_heap`, state],
    )
    return rows[0]!.n
  }
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    batchSize: 20,
    writers: 4,
    longTransaction: 30,
    tables: 'sales',
    ratio: { insert: 1 },
  })
  await stream.step(8)
  expect(await sessions('idle in transaction')).toBe(4)
  await stream.stop()
  expect(await sessions('%')).toBe(0)
  expect(stream.ledger.commit).toBe(8)
})

test('sessions that are opened all at once are not taken for a leak of listeners', async () => {
  const warnings: string[] = []
  const listen = ({ message }: Error): void => void warnings.push(message)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  await using stream = createCdcStream({
    target: await useSchema(),
    createTables: true,
    batchSize: 5,
    writers: 16,
    // On this thread, whose warnings can be seen.
    tables: [ownTable],
    ratio: { insert: 1 },
  })
  await stream.step(20)
  expect(warnings).toEqual([])
})

test('a watermark on the key misses what is committed late, and the ledger says what', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await using stream = createCdcStream({
    target: connection,
    createTables: true,
    batchSize: 20,
    batches: 60,
    lateCommit: 0.3,
    tables: 'sales',
    ratio: { insert: 1 },
    seed: 2,
  })
  const copied: object[] = []
  let watermark = '0'
  for (let commit = 1; commit <= 60; commit++) {
    await stream.step()
    const { rows } = await client.query<{ ss_id: string }>(
      `SELECT * FROM ${connection.schema}.store_sales_heap WHERE ss_id > $1 ORDER BY ss_id`,
      [watermark],
    )
    copied.push(...rows)
    watermark = rows.at(-1)?.ss_id ?? watermark
  }
  expect(matchCommit(copied, stream.table('store_sales_heap'))).toBeUndefined()
  const { rows } = await client.query(`SELECT * FROM ${connection.schema}.store_sales_heap`)
  expect(matchCommit(rows, stream.table('store_sales_heap'))).toEqual({ first: 60, last: 60 })
})
