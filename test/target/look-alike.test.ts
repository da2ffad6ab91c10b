import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { detectDialect } from '../../src/target/dialect.js'
import { preflight } from '../../src/target/preflight.js'
import { testConnection, useClient } from '../support/server.js'

/*
 * A database that has the catalog of Cloudberry as far as we ask it, on PostgreSQL 14, which Cloudberry is built on. It
 * shows that our questions can be asked and their answers are understood, not that Cloudberry answers like this.
 */
async function useLookAlike(): Promise<Client> {
  const admin = await useClient()
  const database = `look_alike_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${database}`)
  onTestFinished(async () => {
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
  })
  const client = await useClient({ ...testConnection(), database })
  await client.query(`
    SET allow_system_table_mods = on;
    CREATE TABLE pg_catalog.gp_segment_configuration (dbid int2, content int2, role "char", status "char");
    INSERT INTO pg_catalog.gp_segment_configuration
      VALUES (1, -1, 'p', 'u'), (2, 0, 'p', 'u'), (3, 1, 'p', 'u'), (4, 0, 'm', 'u'), (5, 1, 'm', 'u');
    CREATE TABLE pg_catalog.gp_distribution_policy (
      localoid oid, policytype "char", numsegments int4, distkey int2vector, distclass oidvector);
    CREATE ACCESS METHOD ao_row TYPE TABLE HANDLER heap_tableam_handler`)
  return client
}

const table = (name: string): TableDefinition => ({
  name,
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'amount', type: 'int4' },
  ],
  rows: () => ({ fill: () => {} }),
})

test('knows Cloudberry by its catalog, and warns about tables that do not suit it', async () => {
  const client = await useLookAlike()
  const dialect = await detectDialect(client)
  expect(dialect).toMatchObject({ name: 'cloudberry', segments: 2, tableLocks: true })

  await client.query(`
    CREATE TABLE good (id int8 PRIMARY KEY, amount int4);
    CREATE TABLE elsewhere (amount int4, id int8 PRIMARY KEY);
    CREATE TABLE random (id int8 PRIMARY KEY, amount int4);
    CREATE TABLE appended (id int8 PRIMARY KEY, amount int4) USING ao_row;
    INSERT INTO pg_catalog.gp_distribution_policy VALUES
      ('good'::regclass, 'p', 2, '1', ''), ('elsewhere'::regclass, 'p', 2, '1 2', ''),
      ('random'::regclass, 'p', 2, '', ''), ('appended'::regclass, 'p', 2, '1', '')`)
  const tables = ['good', 'elsewhere', 'random', 'appended'].map(table)
  const options = { schema: 'public', tables, createTables: false, nulls: 'tpcds' } as const
  expect((await preflight(client, { ...options, dialect })).warnings).toEqual([
    '`public.elsewhere` is distributed by amount, id, not `id`: every UPDATE and DELETE goes to all segments.',
    '`public.random` is distributed by no column, not `id`: every UPDATE and DELETE goes to all segments.',
    '`public.appended` is stored as `ao_row`, not heap: every UPDATE and DELETE locks the whole table.',
    'The global deadlock detector is off: every UPDATE and DELETE locks its table for other writers until the commit.',
  ])
  const unlocked = { ...options, tables: [table('good')], dialect: { ...dialect, tableLocks: false } }
  expect((await preflight(client, unlocked)).warnings).toEqual([])
})
