import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createCdcStream } from '../../src/index.js'
import { inspectTables } from '../../src/inspect/inspect-tables.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { applyKnownSettings } from '../../src/database/postgres/apply-settings.js'
import { detectDialect } from '../../src/database/postgres/detect-dialect.js'
import { surveyTables } from '../../src/preflight/survey-tables.js'
import { cdcError } from '../support/cdc-error.js'
import { createExistingTables } from '../support/existing-rows.js'
import { useLookAlike } from '../support/look-alike.js'
import { testConnection, useClient } from '../support/server.js'

const table = (name: string): TableDefinition => ({
  name,
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'amount', type: 'int4' },
  ],
  rows: () => ({ fill: () => {} }),
})

test('knows Cloudberry by its catalog, and says what its tables cost', async () => {
  const { client } = await useLookAlike()
  const dialect = await detectDialect(client)
  expect(dialect).toMatchObject({ name: 'cloudberry', segments: 2, tableLocks: true })

  await client.query(`
    CREATE TABLE good (id int8 PRIMARY KEY, amount int4);
    CREATE TABLE elsewhere (amount int4, id int8 PRIMARY KEY);
    CREATE TABLE random (id int8 PRIMARY KEY, amount int4);
    CREATE TABLE copied (id int8 PRIMARY KEY, amount int4);
    CREATE TABLE appended (id int8 PRIMARY KEY, amount int4) USING ao_row;
    CREATE TABLE parted (id int8, amount int4, PRIMARY KEY (id, amount)) PARTITION BY RANGE (amount);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9);
    CREATE TABLE parted_2 PARTITION OF parted DEFAULT USING ao_row;
    INSERT INTO pg_catalog.gp_distribution_policy VALUES
      ('good'::regclass, 'p', 2, '1', ''), ('elsewhere'::regclass, 'p', 2, '1 2', ''),
      ('random'::regclass, 'p', 2, '', ''), ('copied'::regclass, 'r', 2, '', ''),
      ('appended'::regclass, 'p', 2, '1', ''), ('parted'::regclass, 'p', 2, '1', '')`)
  const names = ['good', 'elsewhere', 'random', 'copied', 'appended', 'parted']
  const options = { schema: 'public', tables: names.map(table), createTables: false, nulls: 'none' } as const
  const byTable = [
    '`public.copied` is replicated: every segment makes every change.',
    '`public.appended` is stored as `ao_row`, not heap: every UPDATE and DELETE locks the whole table.',
    '`public.parted` has no unique index on `id`: a key that stands there twice ends the stream.',
    '`public.parted` is stored as `ao_row`, not heap: every UPDATE and DELETE locks the whole table.',
  ]
  const without = await surveyTables(client, { ...options, dialect })
  expect(without.warnings).toEqual([
    ...byTable,
    'The global deadlock detector is off: every UPDATE and DELETE locks its table for other writers until the commit.',
  ])
  expect(without.tables.filter(({ locksWhole }) => locksWhole).map(({ table: name }) => name)).toEqual(names)

  const detector = await surveyTables(client, { ...options, dialect: { ...dialect, tableLocks: false } })
  expect(detector.warnings).toEqual(byTable)
  const locked = detector.tables.filter(({ locksWhole }) => locksWhole).map(({ table: name }) => name)
  expect(locked).toEqual(['appended', 'parted'])
})

test('a stream runs there: its settings are those that the server knows, and what cannot overlap is said first', async () => {
  const { client, connection } = await useLookAlike()
  await createExistingTables(client, 'public', 400)
  await client.query(`
    CREATE TABLE seen (setting text PRIMARY KEY);
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO seen VALUES (current_setting('enable_seqscan')) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
    CREATE TRIGGER look AFTER UPDATE ON store_sales_heap FOR EACH STATEMENT EXECUTE FUNCTION look()`)
  const options = {
    target: connection,
    batches: 6,
    batchSize: 40,
    interval: 0,
    ratio: 0.4,
    seed: 6,
    writers: 3,
  } as const
  const warnings: string[] = []
  await using stream = createCdcStream({
    ...options,
    observe: (event) => void (event.type === 'warning' && warnings.push(event.message)),
  })
  await stream.start()
  expect(await stream.finished).toMatchObject({ commits: 6 })
  expect(await stream.verify()).toMatchObject({ equal: true })
  expect(warnings.filter((text) => text.includes('store_sales_heap') && text.includes('take turns'))).toHaveLength(1)
  expect((await client.query('SELECT * FROM seen')).rows).toEqual([{ setting: 'off' }])

  await using late = createCdcStream({ ...options, lateCommit: 0.5 })
  await expect(late.start()).rejects.toThrow(cdcError('ERR_CDC_OPTIONS', '`lateCommit`', '`store_sales_heap`'))
  await using inserts = createCdcStream({ ...options, lateCommit: 0.5, ratio: { insert: 1 } })
  await inserts.start()
  expect(await inserts.finished).toMatchObject({ commits: 6 })
})

test('parameters that a server refuses, or does not know, are done without', async () => {
  const admin = await useClient()
  const user = `r_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD '${user}'`)
  onTestFinished(async () => void (await admin.query(`DROP ROLE ${user}`)))
  const client = await useClient({ ...testConnection(), user, password: user })
  const refused = await applyKnownSettings(client, { log_statement: 'none', not_there: '1', work_mem: '9MB' })
  expect(refused).toEqual([expect.stringContaining('log_statement')])
  expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '9MB' }])
})

test('an inspected table without a key is advised what the family takes', async () => {
  const { client } = await useLookAlike()
  await client.query('CREATE TABLE keyless (a int)')
  await expect(inspectTables(client, [{ schema: 'public', name: 'keyless' }])).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', '`public.keyless`', 'DISTRIBUTED BY (cdc_id)'),
  )
})
