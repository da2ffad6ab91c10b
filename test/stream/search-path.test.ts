import type { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream, type CdcOptions, storeReturns, storeSales } from '../../src/index.js'
import { resolveOptions } from '../../src/options/resolve-options.js'
import { RerunnableStream } from '../../src/stream/rerunnable-stream.js'
import { RemotePool } from '../../src/driver/remote-pool.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { createOwnTables } from '../support/existing-rows.js'
import { useClient, useRole, useSchema } from '../support/server.js'

/** Tables whose triggers name another table without its schema, as most that are written for one schema do. */
async function useTriggers(client: Client, schema: string): Promise<void> {
  await createOwnTables(client, schema)
  await client.query(`
    CREATE TABLE ${schema}.noted (what text);
    CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO noted VALUES (TG_OP); RETURN NULL; END'`)
  for (const { name } of [storeSales, storeReturns]) {
    await client.query(`
      CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ${schema}.${name}
        FOR EACH ROW EXECUTE FUNCTION ${schema}.note()`)
  }
}

async function noted(client: Client, schema: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int4 AS count FROM ${schema}.noted`)
  return rows[0]!.count
}

const options = { batchSize: 20, interval: 0, ratio: { insert: 7, update: 2, delete: 1 }, retryFor: 0, batches: 20 }

test.each<[string, CdcOptions]>([
  ['one session', {}],
  ['the further sessions of transactions that overlap', { writers: 3, lateCommit: 0.3 }],
])('triggers find the tables of their schema from %s', async (_, overlap) => {
  const connection = await useSchema()
  const client = await useClient()
  await useTriggers(client, connection.schema)
  await using stream = createCdcStream({ ...options, ...overlap, target: connection })
  await stream.start()
  const { inserts, updates, deletes } = await stream.finished
  expect(await noted(client, connection.schema)).toBe(inserts + updates + deletes)
  expect(await stream.verify()).toMatchObject({ equal: true })
})

test('a session that is opened again has the path, too', async () => {
  const connection = await useRole(await useSchema())
  const client = await useClient()
  await useTriggers(client, connection.schema)
  await using stream = createCdcStream({ ...options, retryFor: 10_000, target: connection })
  await stream.step(3)
  await client.query('SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = $1', [
    connection.user,
  ])
  await stream.step(3)
  expect(stream.stats()).toMatchObject({ retries: 1 })
  const { inserts, updates, deletes } = stream.stats()
  expect(await noted(client, connection.schema)).toBe(inserts + updates + deletes)
})

test('what the role finds without our help, triggers find as well: after the schema', async () => {
  const target = await useRole(await useSchema())
  const { schema: others } = await useSchema()
  const client = await useClient()
  await useTriggers(client, others)
  await client.query(`
    DROP TABLE ${others}.noted;
    CREATE TABLE ${others}.elsewhere (what text);
    CREATE TABLE ${target.schema}.noted (what text);
    CREATE OR REPLACE FUNCTION ${others}.note() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO noted VALUES (TG_OP); INSERT INTO elsewhere VALUES (TG_OP); RETURN NULL; END';
    ALTER ROLE ${target.user} SET search_path = ${others}, "no such schema"`)
  await createOwnTables(client, target.schema)
  await client.query(
    `CREATE TRIGGER note AFTER INSERT ON ${target.schema}.store_sales_heap FOR EACH ROW EXECUTE FUNCTION ${others}.note()`,
  )
  await using stream = createCdcStream({ ...options, target })
  await stream.step(2)
  expect(await noted(client, target.schema)).toBeGreaterThan(0)
  const { rowCount } = await client.query(`SELECT FROM ${others}.elsewhere`)
  expect(rowCount).toBe(await noted(client, target.schema))
})

test('a role whose path is empty writes as well', async () => {
  const target = await useRole(await useSchema())
  const client = await useClient()
  await client.query(`ALTER ROLE ${target.user} SET search_path = ''`)
  await useTriggers(client, target.schema)
  await using stream = createCdcStream({ ...options, target })
  await stream.step(2)
  expect(await noted(client, target.schema)).toBeGreaterThan(0)
})

test('a session that goes on to another schema finds the tables there', async () => {
  const pool = new RemotePool()
  onTestFinished(() => pool[Symbol.asyncDispose]())
  const role = await useRole(await useSchema())
  const client = await useClient()
  for (let round = 0; round < 3; round++) {
    const target: ConnectionOptions = { ...role, schema: (await useSchema()).schema }
    await useTriggers(client, target.schema)
    const stream = new RerunnableStream(resolveOptions(options), { target }, {}, { pool })
    await stream.step(2)
    await stream.stop()
    const { inserts, updates, deletes } = stream.stats()
    expect(await noted(client, target.schema)).toBe(inserts + updates + deletes)
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE usename = $1', [role.user])
    expect(rowCount).toBe(1)
  }
})
