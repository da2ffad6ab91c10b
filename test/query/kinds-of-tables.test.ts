import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type CdcOptions, createCdcStream, defineTable, matchQuery, OptionsError, StateError } from '../../src/index.js'
import { clockedTables } from '../support/clocked-tables.js'
import { useClient, useDatabase, useRole, useSchema } from '../support/server.js'
import { shopTables } from '../support/shop-tables.js'
import { typedTable } from '../support/typed-table.js'
import { DIMENSIONS } from './queries.js'
import { storeSales } from '../../src/tables/store-sales.js'

const options = {
  batches: 30,
  batchSize: 20,
  interval: 0,
  seed: 11,
  ratio: { insert: 45, update: 25, delete: 30 },
  hazards: { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 },
  createTables: true,
} as const satisfies CdcOptions

test.each([
  ['families, with keys of every kind', shopTables],
  ['columns of every type', [typedTable]],
  ['clocks', clockedTables],
])('%s: after each commit, each table is what a query finds', async (_, tables) => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`SET search_path = ${target.schema}; SET TimeZone = 'America/New_York'`)
  await using stream = createCdcStream({ ...options, target, tables })
  const queries = tables.map(({ name }) => ({ name, query: stream.query(`SELECT * FROM ${name}`) }))
  const seen: { name: string; rows: object[]; commit: number }[] = []
  for (let commit = 1; commit <= 8; commit++) {
    await stream.step()
    for (const { name, query } of queries) {
      const { rows } = await client.query(`SELECT * FROM ${name}`)
      expect(await matchQuery(rows, query, { since: commit }), `${name}, commit ${commit}`).toEqual({
        first: commit,
        last: commit,
      })
      if (commit % 3 === 0) seen.push({ name, rows, commit })
    }
  }
  // Backwards, and from one to any other.
  for (const { name, rows, commit } of seen.toReversed()) {
    const { query } = queries.find((one) => one.name === name)!
    expect(await matchQuery(rows, query, { since: commit, until: commit }), `${name}, commit ${commit}`).toBeDefined()
  }
})

test('columns that the definition lacks are not there, generated ones are; enums are those of the schema', async () => {
  const target = await useSchema()
  const client = await useClient(target)
  await client.query(`
    SET search_path = ${target.schema};
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE TABLE moods (id bigint PRIMARY KEY, mood mood NOT NULL, made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      loud text GENERATED ALWAYS AS (CASE mood WHEN 'low' THEN 'LOW' ELSE 'HIGH' END) STORED,
      late boolean GENERATED ALWAYS AS (made_at > '2000-01-01') STORED)`)
  const moods = defineTable({
    name: 'moods',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8', nullable: false },
      { name: 'mood', type: 'text', enumType: 'mood', nullable: false, recomputed: true },
    ],
    rows: () => ({ fill: (cells, number, version) => void (cells[1] = (number + version) % 2 ? 'low' : 'high') }),
  })
  await using stream = createCdcStream({ ...options, hazards: {}, createTables: false, target, tables: [moods] })
  await stream.step(4)
  const sql = `SELECT mood, loud, count(*) AS n FROM moods WHERE mood >= 'low'::mood GROUP BY 1, 2`
  const { rows } = await client.query(sql)
  expect(rows).toHaveLength(2)
  expect(await matchQuery(rows, stream.query(sql), { since: 4 })).toBeDefined()
  for (const column of ['made_at', 'late']) {
    await expect(matchQuery([], stream.query(`SELECT ${column} FROM moods`))).rejects.toThrow(
      /columns of its definition/,
    )
  }
})

test('partitions and views of other schemas are live tables by another name', async () => {
  const target = await useSchema()
  const other = await useSchema()
  const client = await useClient(target)
  const columns = storeSales.columns.map(({ name, type }) => `${name} ${type}`).join(', ')
  await client.query(`
    SET search_path = ${target.schema};
    CREATE TABLE store_sales_heap (${columns}) PARTITION BY HASH (ss_id);
    CREATE TABLE part_0 PARTITION OF store_sales_heap FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE part_1 PARTITION OF store_sales_heap FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE UNIQUE INDEX ON store_sales_heap (ss_id);
    CREATE VIEW ${other.schema}.sales AS SELECT ss_id FROM store_sales_heap`)
  await using stream = createCdcStream({ ...options, createTables: false, target, tables: 'sales' })
  await stream.step(3)
  const sql = 'SELECT ss_id % 2 AS half, count(*) AS n FROM store_sales_heap GROUP BY 1'
  const { rows } = await client.query(sql)
  expect(await matchQuery(rows, stream.query(sql), { since: 3 })).toBeDefined()
  for (const from of ['part_0', `${other.schema}.sales`]) {
    await expect(matchQuery([], stream.query(`SELECT count(*) FROM ${from}`))).rejects.toThrow(/live/)
  }
})

test('a session that is lost is opened again, and nothing of it is left', async () => {
  const target = await useRole(await useSchema())
  const admin = await useClient(target)
  await admin.query(`SET search_path = ${target.schema}`)
  const ours = async (): Promise<number[]> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'vitest-cloudberry-cdc query' AND usename = $1`,
      [target.user],
    )
    return rows.map(({ pid }) => pid)
  }
  const sql = 'SELECT count(*) AS n FROM store_sales_heap'
  {
    await using stream = createCdcStream({ ...options, target })
    await stream.step(2)
    const query = stream.query(sql)
    const { rows } = await admin.query(sql)
    expect(await matchQuery(rows, query, { since: 2 })).toBeDefined()
    const before = await ours()
    expect(before).toHaveLength(1)
    await admin.query('SELECT pg_terminate_backend($1)', before)
    const both = await Promise.all([
      matchQuery(rows, query, { since: 2 }),
      matchQuery([{ n: -1 }], query, { since: 0 }),
    ])
    expect(both).toEqual([{ first: 2, last: 2 }, undefined])
    expect(await ours()).not.toEqual(before)
    // One that is at work.
    const [again] = await ours()
    const slow = matchQuery(rows, stream.query(`${sql} WHERE (SELECT pg_sleep(0.5)) IS NOT NULL`), { since: 2 })
    await expect
      .poll(
        async () =>
          (await admin.query(`SELECT 1 FROM pg_stat_activity WHERE pid = ${again} AND state = 'active'`)).rowCount,
      )
      .toBe(1)
    await admin.query('SELECT pg_terminate_backend($1)', [again])
    expect(await slow).toEqual({ first: 2, last: 2 })
  }
  await expect.poll(ours).toEqual([])
  // Nor of one that is at work when its stream is disposed.
  const stream = createCdcStream({ ...options, createTables: false, target })
  await stream.step()
  const endless = stream
    .query(`${sql} WHERE (SELECT pg_sleep(600)) IS NOT NULL`)
    .at()
    .catch((error: unknown) => error)
  await expect.poll(ours).toHaveLength(1)
  await stream[Symbol.asyncDispose]()
  expect(await endless).toBeInstanceOf(StateError)
  await expect.poll(ours).toEqual([])
})

test('without temporary tables, and without a database, a server of our own answers; or the one that is named', async () => {
  const target = await useDatabase()
  const admin = await useClient(target)
  const user = `r_${randomBytes(6).toString('hex')}`
  await admin.query(`
    CREATE ROLE ${user} LOGIN PASSWORD 'plain';
    CREATE SCHEMA own AUTHORIZATION ${user};
    REVOKE TEMPORARY ON DATABASE ${target.database} FROM PUBLIC`)
  const stores = `SELECT ss_store_sk, count(*) AS n FROM store_sales_heap GROUP BY 1`
  const states = 'SELECT s_state, count(*) AS n FROM store_sales_heap JOIN store ON s_store_sk = ss_store_sk GROUP BY 1'
  try {
    await using stream = createCdcStream({ ...options, target: { ...target, user, password: 'plain', schema: 'own' } })
    await stream.step(3)
    await admin.query(`SET search_path = own; ${DIMENSIONS}`)
    const [{ rows: byStore }, { rows: byState }] = [await admin.query(stores), await admin.query(states)]
    expect(await matchQuery(byStore, stream.query(stores), { since: 3 })).toBeDefined()
    const error = await matchQuery(byState, stream.query(states)).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(OptionsError)
    expect(String(error)).toMatch(/may not have temporary tables.*GRANT TEMPORARY/)
    expect(String(error)).not.toContain('plain')
    // Elsewhere, under another name of the schema, without the stream's tables.
    const other = await useSchema()
    const client = await useClient(other)
    await client.query(`SET search_path = ${other.schema}; CREATE TABLE store (s_store_sk int, s_state text)`)
    for (const { s_store_sk: key, s_state: state } of (await admin.query('SELECT * FROM store')).rows)
      await client.query('INSERT INTO store VALUES ($1, $2)', [key, state])
    expect(await matchQuery(byState, stream.query(states, { on: other }), { since: 3 })).toEqual({ first: 3, last: 3 })
    expect(await stream.query(stores, { on: 'embedded' }).at(2)).not.toEqual([])
  } finally {
    await admin.query(`DROP OWNED BY ${user} CASCADE; DROP ROLE ${user}`)
  }
  await using none = createCdcStream({ ...options, target: 'none' })
  await none.step(3)
  const [row] = await none.query('SELECT count(*)::int AS n FROM store_sales_heap').at(3)
  expect(row).toEqual({ n: none.ledger.at(3).count('store_sales_heap') })
  expect(() => none.query(stores, { on: { host: 1 } as never })).toThrow(/on\.host/)
})
