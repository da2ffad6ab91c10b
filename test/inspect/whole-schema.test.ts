import { expect, test } from 'vitest'
import { trySchema } from '../../src/cli/trial/try-schema.js'
import { draftOf, isSchema, readWholeSchema } from '../../src/inspect/inspect-tables.js'
import type { InspectedTables } from '../../src/inspect/inspect-tables.js'
import type { ConnectionOptions } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { useClient, useDatabase, useSchema } from '../support/server.js'

async function useTables(sql: string): Promise<{ connection: ConnectionOptions; found: InspectedTables }> {
  const connection = await useSchema()
  const client = await useClient(connection)
  await client.query(`SET search_path = ${connection.schema}, public; ${sql}`)
  return { connection, found: await readWholeSchema(client, connection.schema) }
}

/** Schemas of trials that are there. */
async function trials(): Promise<number> {
  const client = await useClient()
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_catalog.pg_namespace WHERE nspname LIKE 'cdc\\_try\\_%'`,
  )
  return rows[0]!.n
}

const MIXED = `
  CREATE TYPE state AS ENUM ('on', 'off'); CREATE DOMAIN amount AS int CHECK (VALUE > 0);
  CREATE TABLE zones (id int PRIMARY KEY, s state NOT NULL, n amount NOT NULL);
  CREATE TABLE areas (id int PRIMARY KEY, zone int NOT NULL REFERENCES zones, s state NOT NULL);
  CREATE TABLE logs (said text NOT NULL, at timestamptz NOT NULL DEFAULT now(), zone int REFERENCES zones);
  CREATE TABLE parts (id int, day date NOT NULL, n int NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (2000000000);
  CREATE TABLE single (one char(1) NOT NULL DEFAULT 'x' UNIQUE CHECK (one = 'x'), version int NOT NULL);
  CREATE TABLE boxed (id int PRIMARY KEY, place box NOT NULL, n int NOT NULL);
  CREATE TABLE in_boxes (id int PRIMARY KEY, boxed int NOT NULL REFERENCES boxed, n int NOT NULL);
  CREATE TABLE near_boxes (id int PRIMARY KEY, boxed int REFERENCES boxed, n int NOT NULL);
  CREATE TABLE nothing (flag boolean);
  CREATE VIEW seen AS SELECT 1 AS id; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS id;`

test('all tables of a schema: in the order of their foreign keys, without what no stream can write to', async () => {
  const { found, connection } = await useTables(MIXED)
  const draft = draftOf(found)
  expect([...draft.matchAll(/^ {2}name: '(\w+)'/gm)].map(([, name]) => name)).toEqual(
    expect.arrayContaining(['zones', 'areas', 'logs', 'parts', 'near_boxes']),
  )
  expect(draft.indexOf("name: 'zones'")).toBeLessThan(draft.indexOf("name: 'areas'"))
  expect(draft).not.toMatch(/parts_1|^ {2}name: '(?:single|boxed|in_boxes|nothing|seen|kept)'/m)
  expect(draft).toContain('No constraint says that rows differ in `said`')
  for (const [name, why] of [
    ['single', 'it can have 1 row only'],
    ['boxed', '`place`: rows cannot be made for box'],
    ['in_boxes', 'it points at `boxed`, which is left out'],
    ['nothing', 'Expected'],
  ])
    expect(draft).toContain(`// TODO: \`${name}\` is left out: ${why}`)
  expect(draft).toContain('// `seen` is skipped: it is a view.')
  expect(draft).toContain('// `kept` is skipped: it is a materialized view.')
  const { streams, rest } = await trySchema(found.tables, { connection, changes: 1000 })
  expect(streams.toSorted()).toEqual(['areas', 'logs', 'near_boxes', 'parts', 'zones'])
  expect(rest.map(({ name }) => name).toSorted()).toEqual(['boxed', 'in_boxes', 'nothing', 'single'])
  expect(await trials()).toBe(0)
})

test('a table that fails is left out, with those that need it, and keeps no other from its stream', async () => {
  const { found, connection } = await useTables(`
    CREATE TABLE codes (id int PRIMARY KEY, code text NOT NULL CHECK (code ~ '^[A-Z]{3}$'), n int NOT NULL);
    CREATE TABLE uses (id int PRIMARY KEY, code int NOT NULL REFERENCES codes, n int NOT NULL);
    CREATE TABLE hints (id int PRIMARY KEY, code int REFERENCES codes, n int NOT NULL);
    CREATE TABLE others (id int PRIMARY KEY, n int NOT NULL)`)
  const { streams, rest, failed } = await trySchema(found.tables, { connection, changes: 1000 })
  expect(streams.toSorted()).toEqual(['hints', 'others'])
  expect(failed).toEqual([{ name: 'codes', why: expect.stringContaining('codes_code_check') as string }])
  expect(rest.find(({ name }) => name === 'uses')?.why).toContain('`codes`, which is left out')
  expect(draftOf(found, 'ts', failed)).toMatch(/TODO: `codes` is left out: .*codes_code_check/)
  // The tables that were inspected were not touched.
  const client = await useClient(connection)
  expect((await client.query(`SELECT FROM ${connection.schema}.others`)).rowCount).toBe(0)
  expect(await trials()).toBe(0)
})

test('a type of an extension that is in another schema', async () => {
  const connection = { ...(await useDatabase()), schema: 'app' }
  const client = await useClient(connection)
  await client.query(`CREATE EXTENSION citext; CREATE SCHEMA app; SET search_path = app;
    CREATE TABLE users (mail public.citext PRIMARY KEY, name public.citext NOT NULL, n int NOT NULL);
    CREATE TABLE posts (id int PRIMARY KEY, author public.citext NOT NULL REFERENCES users, title text NOT NULL)`)
  const { tables } = await readWholeSchema(client, 'app')
  expect(await trySchema(tables, { connection, changes: 1000 })).toMatchObject({
    streams: ['users', 'posts'],
    rest: [],
  })
})

test('a trial that is interrupted leaves nothing behind', async () => {
  const { found, connection } = await useTables(MIXED)
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(trySchema(found.tables, { connection, changes: 1000, signal })).rejects.toThrow('enough')
  expect(await trials()).toBe(0)

  const controller = new AbortController()
  const trial = trySchema(found.tables, { connection, changes: 1_000_000, signal: controller.signal })
  trial.catch(() => undefined)
  while ((await trials()) === 0);
  controller.abort(new Error('enough of it'))
  await expect(trial).rejects.toThrow('enough of it')
  expect(await trials()).toBe(0)
})

test('a schema that is not there, or is empty', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  await expect(readWholeSchema(client, 'not_there')).rejects.toThrow(cdcError('ERR_CDC_TARGET', '`not_there`', 'none'))
  await expect(readWholeSchema(client, connection.schema)).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${connection.schema}\``, 'without tables'),
  )
})

test('a name is that of a table, if there is one', async () => {
  const { connection } = await useTables('CREATE TABLE pg_catalog_copy (id int); CREATE TABLE pg_toast (id int)')
  const client = await useClient(connection)
  expect(await isSchema(client, 'pg_toast', connection.schema)).toBe(false)
  expect(await isSchema(client, 'pg_catalog', connection.schema)).toBe(true)
  expect(await isSchema(client, 'not_there', connection.schema)).toBe(false)
})
