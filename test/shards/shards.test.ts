import type { PostgresClient } from '../../src/database/postgres/client.js'
import { expect, onTestFinished, test } from 'vitest'
import { SHARD_NUMBERS } from '../../src/plan/shard.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { CdcOptions } from '../../src/stream/cdc-stream.js'
import { createCdcStream } from '../../src/stream/create-cdc-stream.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { detectDialect } from '../../src/database/postgres/detect-dialect.js'
import { surveyTables } from '../../src/preflight/survey-tables.js'
import { readSample } from '../../src/preflight/read-baseline.js'
import { cdcError } from '../support/cdc-error.js'
import { createExistingTables, createOwnTables } from '../support/existing-rows.js'
import { useClient, useSchema } from '../support/server.js'

const shaping = { batches: 4, batchSize: 20, interval: 0, seed: 5 }

test('each row that stood there belongs to one shard, and no sale that has a return to any', async () => {
  const { schema } = await useSchema()
  const client = await useClient()
  await createExistingTables(client, schema, 300)
  const common = { schema, children: [storeReturns], keyUnique: true, seed: 9 }
  const keysOf = async (more: object): Promise<number[]> => {
    const images = await readSample(client, { ...common, definition: storeSales, ...more })
    return images.map(([key]) => Number(key))
  }
  const all = await keysOf({})
  expect(all.length).toBeGreaterThan(200)
  const shares: number[][] = []
  for (let index = 0; index < 5; index++) shares.push(await keysOf({ shard: { index, count: 5 }, upTo: 900 }))
  for (const share of shares) expect(share.length).toBeGreaterThan(all.length / 10)
  expect(shares.flat().toSorted((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b))
  expect(await keysOf({ upTo: 300 })).toEqual(all.filter((key) => key <= 300))
})

test('shards and the numbers above a base: neither counts rows nor takes what somebody else has', async () => {
  const connection = await useSchema()
  const { schema } = connection
  const client = await useClient()
  await createOwnTables(client, schema)
  const open = (options: CdcOptions): ReturnType<typeof createCdcStream> =>
    createCdcStream({ ...shaping, target: connection, ...options })
  await client.query(
    `INSERT INTO ${schema}.store_sales_heap (ss_id, ss_item_sk, ss_ticket_number) VALUES (1000, 1, 1000)`,
  )
  await using taken = open({ base: 999 })
  await expect(taken.start()).rejects.toThrow(cdcError('ERR_CDC_TARGET', `\`${schema}.store_sales_heap\``, 999))
  await using first = open({ shard: '1/2', base: 1000, batches: 50 })
  await using second = open({ shard: '2/2', base: 1000 })
  await Promise.all([first.step(2), second.step(3)])
  await using again = open({ shard: '2/2', base: 1000 })
  await expect(again.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${schema}.store_sales_heap\``, 'only', 'shard 2'),
  )
  await using whole = open({})
  await expect(whole.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${schema}.store_sales_heap\``, 'only', 'other tables'),
  )
  expect(await first.verify()).toMatchObject({ equal: true, commit: 2 })
  expect(await second.verify()).toMatchObject({ equal: true, commit: 3 })
  // Nobody's: not in the range of the first.
  await client.query(`DELETE FROM ${schema}.store_returns_heap WHERE sr_id > 1000 + $1::int8`, [SHARD_NUMBERS])
  expect(await first.verify()).toMatchObject({ equal: true })
  expect(await second.verify()).toMatchObject({ equal: false })
  const summary = await first.stop()
  expect(summary).toMatchObject({ shard: '1/2', base: 1000, seed: 5 })
  await second.stop()
  await using used = open({ shard: '1/4', base: 1000 })
  await expect(used.start()).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${schema}.store_sales_heap\``, 1001, 2_147_484_648, 'shard 1/4'),
  )
})

test('without a database, a shard has the same changes', async () => {
  const connection = await useSchema()
  await createOwnTables(await useClient(), connection.schema)
  const options = { ...shaping, shard: '2/3', base: 44 }
  await using real = createCdcStream({ ...options, target: connection })
  await using none = createCdcStream({ ...options, target: 'none' })
  await real.start()
  await none.start()
  await Promise.all([real.finished, none.finished])
  for (const table of none.ledger.tables) {
    expect(none.ledger.at(4).fingerprint(table)).toBe(real.ledger.at(4).fingerprint(table))
  }
})

test('all shards are compared in one snapshot, while they write', async () => {
  const connection = await useSchema()
  await createOwnTables(await useClient(), connection.schema)
  const shared = { seed: 8, batchSize: 10, ratio: { insert: 50, update: 30, delete: 20 }, base: 0 }
  const open = (shard: string): ReturnType<typeof createCdcStream> =>
    createCdcStream({ ...shared, shard, continuous: true, interval: 0, target: connection })
  await using first = open('1/3')
  await using second = open('2/3')
  await Promise.all([first.start(), second.start()])
  const shards = ['1/3', '2/3', '3/3'].map((shard) => ({ ...shared, shard, continuous: true }))
  for (let round = 0; round < 4; round++) {
    const before = [first, second].map((stream) => stream.stats().commits)
    const found = await verifyShards(connection, shards)
    expect(found.shards.map(({ differences }) => differences)).toEqual([[], [], []])
    expect(found).toMatchObject({
      equal: true,
      shards: [{ shard: '1/3' }, { shard: '2/3' }, { shard: '3/3', commit: 0 }],
    })
    // They have gone on meanwhile.
    expect(first.stats().commits).toBeGreaterThan(before[0]!)
    before.forEach((commit, index) => expect(found.shards[index]!.commit).toBeGreaterThanOrEqual(commit))
    expect(found.changes).toBe(found.commits * 20)
  }
})

test('tables that are missing are created once, by whoever comes first', async () => {
  const connection = await useSchema()
  const clients: PostgresClient[] = []
  for (let i = 0; i < 6; i++) clients.push(await useClient())
  const dialect = await detectDialect(clients[0]!)
  for (let round = 0; round < 8; round++) {
    const schema = `${connection.schema}_${round}`
    onTestFinished(async () => void (await clients[0]!.query(`DROP SCHEMA ${schema} CASCADE`)))
    const options = { schema, tables: [storeSales, storeReturns], createTables: true, dialect, nulls: 'tpcds' } as const
    const found = await Promise.all(clients.map((client) => surveyTables(client, { ...options, range: { above: 0 } })))
    expect(found.flatMap(({ created }) => created).toSorted()).toEqual([storeReturns.name, storeSales.name])
  }
})
