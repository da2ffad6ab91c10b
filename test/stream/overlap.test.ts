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

test('transactions are really open at the same time, and none while the stream stands still', async () => {
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
    interval: 10,
    writers: 4,
    longTransaction: 30,
    tables: 'sales',
    ratio: { insert: 1 },
  })
  const standing = async (): Promise<void> => {
    expect(await sessions('%')).toBe(0)
    // Waits for every transaction that has an id.
    await client.query(`SELECT pg_create_logical_replication_slot('${connection.schema}', 'pgoutput')`)
    await client.query(`SELECT pg_drop_replication_slot('${connection.schema}')`)
  }
  await stream.step(8)
  await standing()
  stream.resume()
  while ((await sessions('idle in transaction')) < 3);
  await stream.pause()
  await standing()
  stream.resume()
  await stream.reached(stream.ledger.commit + 20)
  const { commits, overlap } = await stream.stop()
  expect(overlap).toBeGreaterThanOrEqual(4)
  expect(await sessions('%')).toBe(0)
  expect(stream.ledger.commit).toBe(commits)
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

test.each([
  { hotKeys: 0.9 },
  { sameKeyChains: 0.5 },
  { reinsert: 0.5 },
  { hotKeys: 0.9, sameKeyChains: 0.4, reinsert: 0.5 },
])('transactions overlap as far as their keys do not meet: %o', async (hazards) => {
  await using stream = createCdcStream({
    target: await useSchema(),
    createTables: true,
    interval: 0,
    batches: 60,
    batchSize: 30,
    ratio: { insert: 60, update: 25, delete: 15 },
    writers: 4,
    hazards,
    seed: 5,
  })
  await stream.start()
  const { retries, overlap } = await stream.finished
  expect(retries).toBe(0)
  // With chains, the rows that the batch before changed come first.
  expect(overlap).toBeGreaterThan(2)
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('a stream whose transactions never overlap says so once', async () => {
  const warnings: string[] = []
  await using stream = createCdcStream({
    target: await useSchema(),
    createTables: true,
    interval: 0,
    batches: 20,
    batchSize: 1,
    tables: 'sales',
    writers: 3,
    // One row that each batch changes.
    ratio: { insert: 1, update: 999 },
    observe: (event) => {
      if (event.type === 'warning') warnings.push(event.message)
    },
  })
  await stream.start()
  expect((await stream.finished).overlap).toBe(1)
  expect(warnings).toHaveLength(1)
})
