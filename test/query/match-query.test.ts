import { expect, test } from 'vitest'
import {
  type CdcOptions,
  createCdcStream,
  explainQuery,
  matchQuery,
  OptionsError,
  StateError,
} from '../../src/index.js'
import { useClient, useSchema } from '../support/server.js'
import { DIMENSIONS, queries } from './queries.js'

const options = {
  batches: 60,
  batchSize: 30,
  interval: 0,
  seed: 5,
  ratio: { insert: 50, update: 30, delete: 20 },
  createTables: true,
} as const satisfies CdcOptions

const COMMITS = [9, 10, 11]

test(
  'the result of each kind of query is found after its commit, and nothing else is',
  { timeout: 60_000 },
  async () => {
    const target = await useSchema()
    const client = await useClient(target)
    await client.query(`SET search_path = ${target.schema}`)
    await using stream = createCdcStream({ ...options, target })
    await stream.step(8)
    await client.query(DIMENSIONS)
    const asked = Object.entries(queries).map(([name, { sql, ...more }]) => ({ name, sql, ...more }))
    for (const commit of COMMITS) {
      await stream.step()
      for (const { name, sql, params = [], key = [] } of asked) {
        const { rows } = await client.query(sql, [...params])
        expect(rows.length, name).toBeGreaterThan(0)
        const query = stream.query(sql, { params, key })
        const found = await matchQuery(rows, query, { since: commit - 1 })
        expect(found?.last, `${name}, commit ${commit}`).toBe(commit)
        if (commit !== COMMITS.at(-1)) continue
        expect(await query.at(commit), name).toEqual(expect.arrayContaining(rows))
        expect(await matchQuery(rows.slice(1), query, { since: 8 }), name).toBe(undefined)
        expect(await matchQuery([...rows, rows[0]], query, { since: 8 }), name).toBe(undefined)
        if (rows.length < 3 || key.length === 0) continue
        const explained = await explainQuery([...rows.slice(1), rows[1]], query, { since: commit, until: commit })
        expect(explained!.counts, name).toMatchObject({ duplicate: 1 })
        expect(explained!.count, name).toBe(2)
      }
    }
    // Nothing of it stays where others see it.
    const { rows: left } = await client.query(`SELECT 1 FROM pg_namespace WHERE nspname ~ 'shadow'`)
    expect(left).toEqual([])
  },
)

const STORES = 'SELECT ss_store_sk, count(*) AS sales, sum(ss_net_paid) AS paid FROM store_sales_heap GROUP BY 1'

test('rows of two commits are told by their groups', async () => {
  await using stream = createCdcStream({ ...options, target: await useSchema() })
  await stream.step(12)
  const query = stream.query(STORES, { key: 'ss_store_sk' })
  const [old, now] = [await query.at(6), await query.at(10)]
  const group = now.find((row) => {
    const before = old.find((one) => one['ss_store_sk'] === row['ss_store_sk'])
    return row['ss_store_sk'] !== null && before && before['paid'] !== row['paid']
  })!
  const store = Number(group['ss_store_sk'])
  const mixed = now.map((row) => (row === group ? old.find((one) => Number(one['ss_store_sk']) === store)! : row))
  const found = (await explainQuery(mixed, query))!
  expect(found).toMatchObject({ nearest: 10, count: 1 })
  const [anomaly] = found.anomalies
  expect(anomaly).toMatchObject({ name: 'lost update', key: `ss_store_sk = ${store}` })
  expect(anomaly!.text).toMatch(
    new RegExp(`ss_store_sk = ${store} is as after commits? .*the others as after commit 10`),
  )
  expect(anomaly!.commit).toBeGreaterThan(6)
  expect(anomaly!.commit).toBeLessThanOrEqual(10)

  // Several groups that lack one commit, which others have.
  const [ten, nine] = [now, await query.at(9)]
  const changed = ten.filter((row) =>
    nine.some((one) => one['ss_store_sk'] === row['ss_store_sk'] && one['paid'] !== row['paid']),
  )
  expect(changed.length).toBeGreaterThan(2)
  const torn = ten.map((row) =>
    changed.indexOf(row) > 0 ? nine.find((one) => one['ss_store_sk'] === row['ss_store_sk'])! : row,
  )
  const halves = (await explainQuery(torn, query, { since: 10, until: 10 }))!
  expect(halves.counts).toEqual({ 'torn transaction': changed.length - 1 })
  expect(halves.anomalies.map(({ commit }) => commit)).toEqual(halves.anomalies.map(() => 10))

  // A group that is ahead, and ones that never were.
  const later = await query.at(12)
  const ahead = now.map((row) => (row === group ? later.find((one) => Number(one['ss_store_sk']) === store)! : row))
  expect((await explainQuery(ahead, query, { until: 12 }))!.anomalies[0]!.name).toMatch(/torn transaction|out of order/)
  const wrong = now.map((row) => (row === group ? { ...row, paid: '-1.00' } : row))
  expect((await explainQuery(wrong, query))!.anomalies[0]).toMatchObject({
    name: 'wrong value',
    key: `ss_store_sk = ${store}`,
  })
  const phantom = [...now, { ...group, ss_store_sk: 99_999 }]
  expect((await explainQuery(phantom, query))!.counts).toEqual({ phantom: 1 })
  const doubled = now.map((row) => ({ ...row, paid: String(2 * Number(row['paid'])) }))
  expect((await explainQuery(doubled, query))!.counts).toEqual({ 'wrong column': 1 })
  const never = stream.query('SELECT count(*) AS sales FROM store_sales_heap', { key: 'sales' })
  expect((await explainQuery([], never))!.counts).toEqual({ 'empty table': 1 })
  expect((await explainQuery(old, query, { since: 9 }))!.anomalies[0]).toMatchObject({ name: 'stale read', commit: 6 })
  // Without a key, there is the difference.
  const plain = (await explainQuery(wrong, stream.query(STORES)))!
  expect(plain).toMatchObject({ keyed: false, anomalies: [], differenceCounts: { missing: 1, unexpected: 1 } })
  expect(plain.difference.unexpected[0]).toContain('paid: -1')
})

test('queries without one result, and those that read something else, are refused', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...options, target })
  expect(() => stream.query(' ')).toThrow(OptionsError)
  expect(() => stream.query('SELECT 1', { kye: 'a' } as object)).toThrow(/`key`/)
  await expect(stream.query('SELECT 1').at()).rejects.toThrow(StateError)
  // Nothing on it leads to the ledger's tables.
  expect(Reflect.ownKeys(stream.query('SELECT 1'))).toEqual(['sql'])
  await stream.step(5)
  await client.query(DIMENSIONS)
  await client.query(`
    CREATE MATERIALIZED VIEW kept AS ${STORES};
    CREATE VIEW over_kept AS SELECT * FROM kept;
    CREATE SEQUENCE counter;
    CREATE TABLE log (line text)`)
  const { schema } = target
  const refused: Record<string, RegExp> = {
    'SELECT random() FROM store_sales_heap': /asked twice/,
    'SELECT clock_timestamp()': /asked twice/,
    'SELECT ss_id FROM store_sales_heap LIMIT 3': /ORDER BY/,
    'SELECT ss_id FROM store_sales_heap ORDER BY ss_store_sk IS NULL LIMIT 3': /ORDER BY/,
    'SELECT ss_id, row_number() OVER () FROM store_sales_heap': /ORDER BY/,
    'SELECT array_agg(ss_id) FROM store_sales_heap': /ORDER BY/,
    'SELECT sum(ss_net_paid::float8) FROM store_sales_heap': /numeric/,
    'SELECT ss_store_sk, avg(ss_net_paid::float4) AS a FROM store_sales_heap GROUP BY 1': /numeric/,
    [`SELECT count(*) FROM ${schema}.store_sales_heap`]: /without a schema/,
    'SELECT * FROM kept': /materialized view/,
    'SELECT * FROM over_kept': /materialized view/,
    'SELECT no_such_column FROM store_sales_heap': /columns of its definition/,
    'SELECT count(*) FROM store_sales_heap WHERE ss_id < $1': /params/,
    'SELECT FROM FROM': /syntax error/,
    'SELECT 1; SELECT 2': /multiple commands/,
    "SELECT nextval('counter')": /only reads/,
    "INSERT INTO log VALUES ('x')": /changes rows/,
    'WITH gone AS (DELETE FROM store_sales_heap RETURNING 1) SELECT count(*) FROM gone': /changes rows/,
    'DROP TABLE store': /syntax error/,
  }
  for (const [sql, message] of Object.entries(refused)) {
    const error = await matchQuery([], stream.query(sql)).catch((cause: unknown) => cause)
    expect(error, sql).toBeInstanceOf(OptionsError)
    expect(String(error), sql).toMatch(message)
  }
  // What was refused leaves the session as it was, and the tables, too.
  const query = stream.query(STORES, { key: 'ss_store_sk' })
  const { rows } = await client.query(STORES)
  expect(await matchQuery(rows, query, { since: 5 })).toEqual({ first: 5, last: 5 })
  expect(await stream.verify()).toMatchObject({ equal: true })
  await expect(matchQuery(rows, stream.query(STORES, { key: 'paid_out' }))).rejects.toThrow(
    /`key`.*ss_store_sk, sales, paid/,
  )
  await expect(matchQuery(rows, query, { since: 6 })).rejects.toThrow(OptionsError)
  await expect(query.at(6)).rejects.toThrow(StateError)
  const lame = rows.map(({ ss_store_sk, sales }) => ({ ss_store_sk, sales }))
  await expect(matchQuery(lame, query)).rejects.toThrow(/without `paid`.*Select/)
  const doubled = stream.query('SELECT ss_store_sk, ss_id FROM store_sales_heap', { key: 'ss_store_sk' })
  await expect(explainQuery([{ ss_store_sk: 1, ss_id: 1 }], doubled, { since: 5 })).rejects.toThrow(/tell the rows/)
})

test('values are compared as values, whatever a driver or a table makes of them', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...options, target })
  await stream.step(7)
  const sql = `SELECT ss_store_sk, count(*) AS sales, sum(ss_net_paid) AS paid, avg(ss_net_paid) AS mean, bool_or(ss_quantity > 50) AS any,
                      max(ss_sold_date_sk + date '1998-01-01' - 2450815) AS day, ARRAY[min(ss_id), max(ss_id)] AS ids
                 FROM store_sales_heap GROUP BY 1`
  const query = stream.query(sql, { key: 'ss_store_sk' })
  const { rows } = await client.query(sql)
  expect(await matchQuery(rows, query, { since: 7 })).toBeDefined()
  expect(await matchQuery(rows.toReversed(), query, { since: 7 })).toBeDefined()
  const others = rows.map((row) => ({
    ...row,
    sales: BigInt(row.sales as string),
    paid: row.paid === null ? null : `${row.paid as string}000`,
    ids: (row.ids as string[]).map(Number),
    updated_at: new Date(),
  }))
  expect(await matchQuery(others, query, { since: 7 })).toBeDefined()
  await client.query(
    `CREATE TABLE kept AS SELECT ss_store_sk::bigint, sales::numeric(9,2), paid::numeric(20,4), mean, "any", day::text, ids::text FROM (${sql}) AS q`,
  )
  expect(await matchQuery(await client.query('SELECT * FROM kept'), query, { since: 7 })).toBeDefined()
  const large = stream.query('SELECT ss_id FROM store_sales_heap WHERE ss_id > $1', { params: [3n] })
  expect(await matchQuery(await large.at(7), large, { since: 7 })).toBeDefined()
  const texts = await client.query({ text: sql, rowMode: 'array' })
  expect(await matchQuery(texts.rows, query, { since: 7 })).toBeDefined()
})

test('commits that update, or delete, or change another table only', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}`)
  await using stream = createCdcStream({ ...options, target })
  await stream.run({
    format: 1,
    seed: 3,
    tables: [{ name: 'store_sales_heap' }, { name: 'store_returns_heap', parent: 'store_sales_heap' }],
    batches: [
      [['insert', 'store_sales_heap', '1..9']],
      [['update', 'store_sales_heap', '1..9@1']],
      [['insert', 'store_returns_heap', '1..5']],
      [['delete', 'store_sales_heap', '9@1']],
      [['delete', 'store_returns_heap', '2@0']],
    ],
  })
  const query = stream.query('SELECT ss_id, ss_net_paid, ss_quantity FROM store_sales_heap', { key: 'ss_id' })
  for (const [commit, range] of [
    [1, { first: 1, last: 1 }],
    [2, { first: 2, last: 3 }],
    [3, { first: 2, last: 3 }],
    [4, { first: 4, last: 5 }],
    [5, { first: 4, last: 5 }],
  ] as const) {
    expect(await matchQuery(await query.at(commit), query), `commit ${commit}`).toEqual(range)
  }
})
