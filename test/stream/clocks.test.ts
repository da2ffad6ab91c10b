import { describe, expect, test } from 'vitest'
import { type CdcOptions, createCdcStream, eventFormats, matchCommit, replayEvents } from '../../src/index.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { clockedTable, clockedTables } from '../support/clocked-tables.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { expectSameByRecord, expectSameByToken } from '../support/same-again.js'
import { useClient, useSchema } from '../support/server.js'

const names = clockedTables.map(({ name }) => name)
const hazards = { hotKeys: 0.3, sameKeyChains: 0.2, reinsert: 0.2, noopUpdates: 0.3 }
const options = {
  tables: clockedTables,
  batches: 30,
  batchSize: 20,
  interval: 0,
  seed: 9,
  ratio: { insert: 50, update: 35, delete: 15 },
  createTables: true,
} as const satisfies CdcOptions
const hostile = { ...options, hazards, writers: 3, lateCommit: 0.4, rollback: 0.2, longTransaction: 5 }

test('stamps of every kind, as the database, matchers and feeds have them', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...hostile, target })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 30, retries: 0 })
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 30, differences: [] })
  for (const name of names) {
    const table = stream.table(name)
    expect(matchCommit(await client.query(`SELECT * FROM ${name}`), table)).toMatchObject({ last: 30 })
    for (const format of eventFormats) {
      const events: object[] = []
      for await (const commit of stream.commits({ format })) events.push(...commit.events)
      expect(replayEvents(events, table).anomalies, format).toEqual([])
    }
  }
})

test('a row has the stamp of the commit that changed it last', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}; SET TimeZone = 'UTC'`)
  const tables = [clockedTable({ start: '2025-06-30T12:00:00+02:00' })]
  const stamps = async (): Promise<string[]> => {
    const { rows } = await client.query<{ stamp: string }>('SELECT updated_at::text AS stamp FROM things ORDER BY id')
    return rows.map(({ stamp }) => stamp)
  }
  await using own = createCdcStream({ target, tables, createTables: true })
  await own.run({
    format: 1,
    seed: 1,
    tables: [{ name: 'things' }],
    batches: [
      [['insert', 'things', '1..4']],
      [['update', 'things', '2@1']],
      [
        // One that changes nothing, and two changes of one row.
        ['update', 'things', '2@1 3@1'],
        ['update', 'things', '3@2'],
      ],
      [['delete', 'things', '1']],
      [['insert', 'things', '1@1']],
    ],
  })
  expect(await stamps()).toEqual(
    ['10:00:05', '10:00:02', '10:00:03', '10:00:01'].map((time) => `2025-06-30 ${time}+00`),
  )
  expect(await own.verify()).toMatchObject({ equal: true })
  const history = own.ledger.row('things', 2).history()
  expect(history.map(({ row }) => row?.['updated_at'])).toEqual([
    '2025-06-30 10:00:01+00',
    '2025-06-30 10:00:02+00',
    '2025-06-30 10:00:02+00',
  ])
})

test('rows that stood there keep their stamps until an UPDATE stamps them', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await client.query(
    'CREATE TABLE things (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL, amount int NOT NULL)',
  )
  await client.query(`INSERT INTO things SELECT i, '2020-01-01', i FROM generate_series(1, 60) AS i`)
  const given = { ...options, createTables: false, tables: [clockedTable({})], hazards }
  await using stream = createCdcStream({ ...given, target })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  const { rows } = await client.query<{ old: boolean; count: number }>(
    `SELECT updated_at < '2024-01-01' AS old, count(*)::int4 AS count FROM things WHERE id <= 60 GROUP BY 1 ORDER BY 1`,
  )
  expect(rows.map(({ old }) => old)).toEqual([false, true])
})

test('rows that were written before the first change have the stamp of the start', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await using stream = createCdcStream({ target, tables: [clockedTable({}, { type: 'int4' })], createTables: true })
  await stream.run({
    format: 1,
    seed: 1,
    tables: [{ name: 'things' }],
    baselineRows: 3,
    batches: [[['update', 'things', '1@1']], [['update', 'things', '2']]],
  })
  const { rows } = await client.query<{ at: number }>(
    `SELECT updated_at AS at FROM ${target.schema}.things ORDER BY id`,
  )
  expect(rows.map(({ at }) => at - 1_704_067_200)).toEqual([1, 0, 0])
  expect(await stream.verify()).toMatchObject({ equal: true })
})

describe('the same options give the same stamps', () => {
  const some = { ...hostile, batches: 14 }

  test('by token, and where a run is resumed by it', () => expectSameByToken(some))

  test('by a record: its transactions come one after the other, when they had begun its lines say', async () => {
    const script = await expectSameByRecord(some)
    expect(script.batches.flat().some((run) => run[3] !== undefined)).toBe(true)
  })

  test('a token is refused for another clock', async () => {
    const target = await useSchema()
    await using stream = createCdcStream({ ...options, target, batches: 2 })
    await stream.start()
    const { token } = await stream.finished
    const [first, ...others] = clockedTables
    const changed = [{ ...first!, clock: { column: 'updated_at', resolution: 2 } }, ...others]
    await using again = createCdcStream({ target: await useSchema(), createTables: true, tables: changed, token })
    await expect(again.start()).rejects.toThrow('by_commit')
  })

  test('shards have the stamps of their own commits', async () => {
    const target = await useSchema()
    const shards = ['1/2', '2/2'].map((shard) => ({ ...hostile, batches: 6, base: 0, shard }))
    for (const shard of shards) {
      await using stream = createCdcStream({ ...shard, target })
      await stream.start()
      await stream.finished
      expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
    }
    expect(await verifyShards(target, shards)).toMatchObject({ equal: true, commits: 12 })
  })
})

test.each([true, false])('where the answer to a COMMIT is lost, the rows tell what came of it: %s', async (forward) => {
  const given = { ...options, tables: [clockedTable({ order: 'jitter' })], hazards, batches: 10 }
  const outcomes = await outcomesReadBack(await useSchema(), forward, given)
  expect(outcomes.length).toBeGreaterThan(3)
  expect(new Set(outcomes)).toEqual(new Set([forward]))
})
