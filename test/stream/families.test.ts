import { describe, expect, test } from 'vitest'
import {
  type CdcOptions,
  createCdcStream,
  eventFormats,
  explainCommit,
  matchCommit,
  replayEvents,
} from '../../src/index.js'
import { verifyShards } from '../../src/shards/verify-shards.js'
import { outcomesReadBack } from '../support/lost-answers.js'
import { expectSameByRecord, expectSameByToken } from '../support/same-again.js'
import { useClient, useSchema } from '../support/server.js'
import { shopTables } from '../support/shop-tables.js'

const names = shopTables.map(({ name }) => name)
const tables = shopTables
const hazards = { hotKeys: 0.2, sameKeyChains: 0.2, reinsert: 0.3, noopUpdates: 0.2 }
const options = {
  tables,
  batches: 25,
  batchSize: 20,
  interval: 0,
  seed: 11,
  ratio: { insert: 45, update: 25, delete: 30 },
  createTables: true,
} as const satisfies CdcOptions
const hostile = { ...options, hazards, writers: 3, lateCommit: 0.4, rollback: 0.2, longTransaction: 5 }

test('the database has them with its foreign keys, and matchers and feeds know them', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...hostile, target })
  await stream.start()
  const found = await stream.finished
  expect(found.deletes).toBeGreaterThan(300)
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 25, differences: [] })
  const { rows: keys } = await client.query(
    `SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::regnamespace`,
    [target.schema],
  )
  expect(keys).toHaveLength(9)
  const { rows: families } = await client.query(
    `SELECT max(lines)::int4 AS most, count(*)::int4 AS all, count(*) FILTER (WHERE lines > 1)::int4 AS several
       FROM (SELECT count(*) AS lines FROM order_lines GROUP BY order_id) AS by_order`,
  )
  expect(families[0].most).toBeGreaterThan(2)
  expect(families[0].several).toBeGreaterThan(5)
  const { rows: trees } = await client.query(
    `SELECT count(DISTINCT parent_id)::int4 AS nodes FROM categories WHERE parent_id < id`,
  )
  expect(trees[0].nodes).toBeGreaterThan(3)
  for (const name of names) {
    const table = stream.table(name)
    expect(matchCommit(await client.query(`SELECT * FROM ${name}`), table), name).toMatchObject({ last: 25 })
    for (const format of eventFormats) {
      const events: object[] = []
      for await (const commit of stream.commits({ format })) events.push(...commit.events)
      expect(replayEvents(events, table).anomalies, `${name}, ${format}`).toEqual([])
    }
  }
  // A line that was read without its order is named by its key, and the order by its own.
  const [orders, lines] = [await client.query('SELECT * FROM orders'), await client.query('SELECT * FROM order_lines')]
  const [line] = lines.rows
  const without = orders.rows.filter(({ id }) => id !== line.order_id)
  const anomaly = explainCommit({ orders: without, order_lines: lines.rows }, stream)?.anomalies.find(
    ({ name }) => name === 'orphan row',
  )
  expect(anomaly?.key).toBe(`(${line.order_id}, ${line.line_no})`)
  expect(anomaly?.text).toContain(`orders ${line.order_id} `)
})

test('by default, too, and in large batches', async () => {
  for (const more of [
    { batches: 12, batchSize: 100 },
    { batches: 2, batchSize: 1500 },
  ]) {
    const { ratio: _, ...rest } = options
    await using stream = createCdcStream({ ...rest, ...more, target: await useSchema() })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
})

test('rows that stood there take part, and new ones come behind them', async () => {
  const target = await useSchema()
  for (const seed of [1, 2]) {
    await using stream = createCdcStream({ ...options, hazards, seed, target, batches: 12 })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
})

describe('the same again', () => {
  const some = { ...hostile, batches: 14 }

  test('by token, and where a run is resumed by it', () => expectSameByToken(some))

  test('by a record', async () => {
    const script = await expectSameByRecord(some)
    // Other families are other rows.
    const others = tables.map((table) =>
      table.name === 'orders' ? { ...table, parent: { ...table.parent!, most: 5 } } : table,
    )
    await using other = createCdcStream({ target: await useSchema(), tables: others, createTables: true })
    await expect(other.run(script)).rejects.toThrow('orders')
  })

  test.for([true, false])('a commit without an answer is read back: there %s', async (forward) => {
    const outcomes = await outcomesReadBack(await useSchema(), forward, { ...options, batches: 6 })
    expect(outcomes).toEqual(outcomes.map(() => forward))
    expect(outcomes.length).toBeGreaterThan(2)
  })
})

test('shards have families of their own', async () => {
  const target = await useSchema()
  const wide = tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.type === 'int4' && column.name !== 'quantity' ? { ...column, type: 'int8' as const } : column,
    ),
    ...(table.ddl !== undefined && { ddl: table.ddl.replaceAll(/\b((?:parent_|category_)?id) int\b/g, '$1 bigint') }),
  }))
  const shards = ['1/2', '2/2'].map((shard) => ({ ...options, tables: wide, hazards, batches: 6, base: 100, shard }))
  for (const shard of shards) {
    await using stream = createCdcStream({ ...shard, target })
    await stream.start()
    await stream.finished
    expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  }
  const found = await verifyShards(target, shards)
  expect(found.shards.flatMap(({ differences }) => differences)).toEqual([])
  expect(found).toMatchObject({ equal: true, commits: 12 })
})
