import { randomBytes } from 'node:crypto'
import { escapeIdentifier } from 'pg'
import type { PostgresClient } from '../../src/database/postgres/client.js'
import { expect, onTestFinished, test } from 'vitest'
import { TargetError } from '../../src/errors.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { type Survey, surveyTables, type SurveyOptions } from '../../src/preflight/survey-tables.js'
import { cdcError, naming } from '../support/cdc-error.js'
import { testConnection, useClient, useSchema } from '../support/server.js'

const postgres = { name: 'postgres', version: 'PostgreSQL 14.23', segments: 0, tableLocks: false } as const

const small: TableDefinition = {
  name: 'small',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'amount', type: 'numeric(7,2)' },
    { name: 'counter', type: 'int8', nullable: false },
    { name: 'label', type: 'text' },
  ],
  sequences: { counter: 'counter' },
  rows: () => ({ fill: () => {} }),
}

async function check(
  client: PostgresClient,
  schema: string,
  options: Partial<Omit<SurveyOptions, 'schema'>> = {},
): Promise<Survey> {
  return surveyTables(client, {
    schema,
    tables: [small],
    createTables: false,
    dialect: postgres,
    nulls: 'tpcds',
    ...options,
  })
}

async function withSmall(columns: string): Promise<{ client: PostgresClient; schema: string }> {
  const { schema } = await useSchema()
  const client = await useClient()
  await client.query(`CREATE TABLE ${schema}.small (${columns})`)
  return { client, schema }
}

const GOOD = 'id int8 PRIMARY KEY, amount numeric(7,2), counter int8, label text'

/** Makes a user without any right, and logs him in. */
async function useStranger(): Promise<{ stranger: PostgresClient; user: string; admin: PostgresClient }> {
  const admin = await useClient()
  const user = `u_${randomBytes(6).toString('hex')}`
  const password = randomBytes(9).toString('hex')
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
  onTestFinished(() => dropRole(testConnection(), user))
  const stranger = await useClient({ ...testConnection(), user, password })
  return { stranger, user, admin }
}

async function dropRole(connection: ConnectionOptions, user: string): Promise<void> {
  const client = await connect(connection)
  await client.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)
  await client.end()
}

test('creates what is missing, and finds it the next time', async () => {
  const { schema } = await useSchema()
  const client = await useClient()
  await client.query(`DROP SCHEMA ${schema}`)
  const tables = [storeSales, storeReturns]

  const first = await check(client, schema, { tables, createTables: true })
  expect(first.created).toEqual(['store_sales_heap', 'store_returns_heap'])
  expect(first.warnings).toEqual([])
  expect(first.tables).toMatchObject([
    { table: 'store_sales_heap', rows: 0, maxKey: 0, sequences: { ticket: 0 }, keyUnique: true },
    { table: 'store_returns_heap', rows: 0, maxKey: 0, sequences: { ticket: 0 }, keyUnique: true },
  ])

  const second = await check(client, schema, { tables })
  expect(second.created).toEqual([])
  expect(second.tables).toEqual(first.tables)
})

test('two that create at the same time both succeed', async () => {
  const { schema } = await useSchema()
  const clients = await Promise.all([useClient(), useClient(), useClient(), useClient()])
  await clients[0]?.query(`DROP SCHEMA ${schema}`)
  const results = await Promise.all(
    clients.map((client) => check(client, schema, { tables: [storeSales, storeReturns], createTables: true })),
  )
  expect(results.flatMap(({ created }) => created).toSorted()).toEqual(['store_returns_heap', 'store_sales_heap'])
})

test('counts rows and finds the ends of the key and the sequences', async () => {
  const { client, schema } = await withSmall(GOOD)
  await client.query(`INSERT INTO ${schema}.small SELECT n, n, 7000000000 + n, '' FROM generate_series(-3, 4711) n`)
  const { tables } = await check(client, schema)
  expect(tables).toMatchObject([{ rows: 4715, maxKey: 4711, sequences: { counter: 7_000_004_711 } }])
})

test('finds a table whose names need quotes', async () => {
  const { schema } = await useSchema()
  const client = await useClient()
  const odd = { ...small, name: 'Order "x"', columns: small.columns.map((column) => ({ ...column })) }
  const { created } = await check(client, schema, { tables: [odd], createTables: true })
  expect(created).toEqual(['Order "x"'])
  await client.query(`SELECT id FROM ${schema}.${escapeIdentifier('Order "x"')}`)
})

test.for([
  ['a wider key column', 'id int8 PRIMARY KEY, amount numeric(12,2), counter int8, label varchar'],
  ['unconstrained numeric', 'id int8 PRIMARY KEY, amount numeric, counter int8, label varchar(80)'],
  [
    'other columns that need no value',
    `${GOOD}, note text, at timestamptz NOT NULL DEFAULT now(), g int8 NOT NULL GENERATED BY DEFAULT AS IDENTITY`,
  ],
  [
    'NOT NULL where rows never have NULL',
    'id int8 PRIMARY KEY, amount numeric(7,2), counter int8 NOT NULL, label text',
  ],
] as const)('accepts %s', async ([, columns]) => {
  const { client, schema } = await withSmall(columns)
  expect((await check(client, schema)).warnings).toEqual([])
})

test('accepts NOT NULL everywhere when rows have no NULLs', async () => {
  const { client, schema } = await withSmall(
    'id int8 PRIMARY KEY, amount numeric(7,2) NOT NULL, counter int8 NOT NULL, label text NOT NULL',
  )
  expect((await check(client, schema, { nulls: 'none' })).warnings).toEqual([])
})

test.for([
  ['a missing column', 'id int8 PRIMARY KEY, amount numeric(7,2)', ['counter', 'label']],
  [
    'a narrower integer',
    'id int8 PRIMARY KEY, amount numeric(7,2), counter int4, label text',
    ['small.counter', 'int8', 'integer'],
  ],
  [
    'less precision',
    'id int8 PRIMARY KEY, amount numeric(6,2), counter int8, label text',
    ['small.amount', 'numeric(7,2)', 'numeric(6,2)'],
  ],
  [
    'another scale',
    'id int8 PRIMARY KEY, amount numeric(9,3), counter int8, label text',
    ['small.amount', 'numeric(9,3)'],
  ],
  [
    'another type',
    'id int8 PRIMARY KEY, amount float8, counter int8, label text',
    ['small.amount', 'double precision'],
  ],
  [
    'a type that is no text',
    'id int8 PRIMARY KEY, amount numeric, counter int8, label bytea',
    ['small.label', 'text', 'bytea'],
  ],
  [
    'NOT NULL where rows can have NULL',
    'id int8 PRIMARY KEY, amount numeric(7,2) NOT NULL, counter int8, label text',
    ['small.amount', 'NOT NULL', '`nulls`', "'none'"],
  ],
  ['another column that demands a value', `${GOOD}, note text NOT NULL`, ['small.note']],
  [
    'a generated column',
    'id int8 PRIMARY KEY, amount numeric(7,2) GENERATED ALWAYS AS (1) STORED, counter int8, label text',
    ['small.amount', 'generated'],
  ],
] as const)('refuses %s', async ([, columns, named]) => {
  const { client, schema } = await withSmall(columns)
  await expect(check(client, schema)).rejects.toThrow(cdcError('ERR_CDC_TARGET', ...named))
})

test('refuses keys that leave no room', async () => {
  const { client, schema } = await withSmall(GOOD)
  await client.query(`INSERT INTO ${schema}.small (id) VALUES (9007199254740991)`)
  await expect(check(client, schema)).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', 'small.id', '2^53', '9007199254740991'),
  )
})

test('refuses a schema that is not there, and says how it gets there', async () => {
  const client = await useClient()
  await expect(check(client, 'nowhere')).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', '`nowhere`', '`cdc`', '--create-tables', 'createTables', 'CLOUDBERRY_SCHEMA'),
  )
})

test('names all tables that are missing', async () => {
  const { schema } = await useSchema()
  const client = await useClient()
  await expect(check(client, schema, { tables: [storeSales, storeReturns] })).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${schema}\``, '`store_sales_heap`', '`store_returns_heap`', '--create-tables'),
  )
})

test('refuses a view', async () => {
  const { schema } = await useSchema()
  const client = await useClient()
  await client.query(`CREATE VIEW ${schema}.small AS SELECT 1::int8 AS id`)
  await expect(check(client, schema)).rejects.toThrow(cdcError('ERR_CDC_TARGET', `\`${schema}.small\``, 'view'))
})

test('names the rights that are missing, with the statement that grants them', async () => {
  const { client, schema } = await withSmall(GOOD)
  const { stranger, user, admin } = await useStranger()
  await expect(check(stranger, schema)).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `GRANT USAGE ON SCHEMA "${schema}" TO "${user}"`),
  )

  await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${user}; GRANT SELECT, INSERT ON ${schema}.small TO ${user}`)
  const message = await check(stranger, schema).then(
    () => 'accepted',
    (error: Error) => error.message,
  )
  const grant = `GRANT UPDATE, DELETE ON "${schema}"."small" TO "${user}"`
  expect(message).toMatch(naming(`\`${user}\``, `\`${schema}.small\``, grant))

  await admin.query(message.slice(message.indexOf('GRANT ')))
  expect(await check(stranger, schema)).toMatchObject({ tables: [{ table: 'small' }] })
  expect(await check(client, schema)).toMatchObject({ tables: [{ table: 'small' }] })
})

test('says that it may not create', async () => {
  const { schema } = await useSchema()
  const { stranger, user, admin } = await useStranger()
  const noSchema = await check(stranger, 'elsewhere', { createTables: true }).catch((error: unknown) => error)
  expect(noSchema).toBeInstanceOf(TargetError)
  expect(noSchema).toMatchObject({
    message: expect.stringMatching(naming('`elsewhere`', 'CREATE')) as string,
    cause: { code: '42501' },
  })
  await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${user}`)
  await expect(check(stranger, schema, { createTables: true })).rejects.toThrow(
    cdcError('ERR_CDC_TARGET', `\`${schema}.small\``, 'CREATE'),
  )
})

test.for([
  [
    'no index',
    'id int8, amount numeric(7,2), counter int8, label text',
    '',
    'has no index on `id`: every UPDATE and DELETE scans',
  ],
  [
    'an index that is not unique',
    'id int8, amount numeric(7,2), counter int8, label text',
    'CREATE INDEX ON small (id)',
    'has no unique index on `id`',
  ],
  [
    'a unique index over more columns',
    'id int8, amount numeric(7,2), counter int8, label text, UNIQUE (id, counter)',
    '',
    'has no unique index on `id`',
  ],
  [
    'an index on a part',
    'id int8, amount numeric(7,2), counter int8, label text',
    'CREATE UNIQUE INDEX ON small (id) WHERE id > 7',
    'has no index on `id`',
  ],
] as const)('warns about %s', async ([, columns, more, warning]) => {
  const { client, schema } = await withSmall(columns)
  await client.query(`SET search_path TO ${schema}; ${more}`)
  const { warnings } = await check(client, schema)
  expect(warnings).toEqual([expect.stringContaining(warning)])
})

test('every failure is one line', async () => {
  const { client, schema } = await withSmall('id int8')
  await expect(check(client, schema)).rejects.toThrow(/^.+$/)
})

test('stops when told to', async () => {
  const { client, schema } = await withSmall(GOOD)
  const reason = new Error('enough')
  await expect(check(client, schema, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
