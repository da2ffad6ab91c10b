import type { Client } from 'pg'
import { PgoutputPlugin, TestDecodingPlugin } from 'pg-logical-replication'
import { expect, test } from 'vitest'
import { type CapturedChange, defineTable, readEvents } from '../../../src/index.js'
import { fixedCommit, orders } from '../../support/fixed-commit.js'
import { useClient, useDatabase } from '../../support/server.js'

const tables = [orders]

const DDL = `CREATE TABLE orders (
  id int8 PRIMARY KEY, big int8, small int2, whole int4, price numeric(7,2), exact numeric(20,4), note text, paid bool, day date,
  "Odd ""name"": [x]" character varying(20), times timestamp without time zone[], label "char")`

/** What the slot of a table tells after these changes: two INSERTs, an UPDATE, a DELETE, and what is no change. */
async function decode(plugin: string, identity: 'DEFAULT' | 'FULL' | 'NOTHING', options = ''): Promise<Decoded> {
  // A slot of test_decoding tells of all schemas of its database, and other tests make changes meanwhile.
  const connection = await useDatabase()
  const schema = connection.database
  const client = await useClient(connection)
  await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`)
  await client.query(DDL)
  await client.query(`ALTER TABLE orders REPLICA IDENTITY ${identity}`)
  await client.query(
    `CREATE PUBLICATION ${schema} FOR TABLE orders WITH (publish = 'insert, update, delete, truncate')`,
  )
  await client.query(`SELECT pg_create_logical_replication_slot($1, $2)`, [schema, plugin])
  await change(client, identity !== 'NOTHING')
  const parameters = plugin === 'pgoutput' ? `, 'proto_version', '1', 'publication_names', '${schema}'` : options
  const { rows } = await client.query<{ lsn: string; xid: string; data: Buffer }>(
    `SELECT lsn, xid, data FROM pg_logical_slot_get_binary_changes($1, NULL, NULL ${parameters})`,
    [schema],
  )
  return { schema, rows }
}

interface Decoded {
  readonly schema: string
  readonly rows: readonly { readonly lsn: string; readonly xid: string; readonly data: Buffer }[]
}

const NOTE = `it's "quoted", null [text]:'x'\nnew-tuple: id[integer]:2`

async function change(client: Client, isTold: boolean): Promise<void> {
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO orders VALUES ($1, -5, 7, -2, 1.5, 1234567890123456.789, $2, true, '2024-02-29', $3)`,
    ['9007199254740993', NOTE, "O'Brien"],
  )
  // A value that is stored out of line is not written again by an UPDATE that leaves it alone.
  await client.query(`ALTER TABLE orders ALTER note SET STORAGE EXTERNAL`)
  await client.query(
    `INSERT INTO orders VALUES (2, NULL, 7, 0, -0.05, NULL, repeat('x', 5000), false, '0099-01-01', '', '{2024-01-01}', 'a')`,
  )
  await client.query(`SELECT pg_logical_emit_message(true, 'test', 'BEGIN 1')`)
  await client.query('COMMIT')
  if (isTold) {
    await client.query(`UPDATE orders SET price = 2 WHERE id = 2`)
    await client.query(`DELETE FROM orders WHERE id = 2`)
  }
  await client.query(`TRUNCATE orders`)
}

const early = new Date(2000, 0, 1)
early.setFullYear(99)

const first = {
  id: '9007199254740993',
  big: '-5',
  small: 7,
  whole: -2,
  price: '1.50',
  exact: '1234567890123456.7890',
  note: NOTE,
  paid: true,
  day: new Date(2024, 1, 29),
  'Odd "name": [x]': "O'Brien",
}
const second = {
  id: '2',
  big: null,
  small: 7,
  whole: 0,
  price: '-0.05',
  exact: null,
  paid: false,
  day: early,
  'Odd "name": [x]': '',
}

/** What the feed tells, without the columns of types that the engine does not know. */
function told(changes: CapturedChange[]): object[] {
  const known = (row: object = {}): object => {
    const { times: _times, label: _label, ...rest } = row as Record<string, unknown>
    return typeof rest['note'] === 'string' && rest['note'].startsWith('xxx')
      ? { ...rest, note: rest['note'].length }
      : rest
  }
  return changes.map(({ before, after, transaction, event: _event, ...rest }) => ({
    ...rest,
    ...(before && { before: known(before) }),
    ...(after && { after: known(after) }),
    isNamed: /^\d+$/.test(transaction ?? ''),
  }))
}

function expected(schema: string, before: (row: object) => object, isNamed = true): object[] {
  const of = { table: 'orders', schema, isNamed }
  const alone = { ...of, position: 1, total: 1, last: true }
  const updated = { ...second, price: '2.00' }
  const note = { note: 5000 }
  return [
    { ...of, kind: 'insert', key: { id: first.id }, after: { ...first }, position: 1, total: 2, last: false },
    { ...of, kind: 'insert', key: { id: '2' }, after: { ...second, ...note }, position: 2, total: 2, last: true },
    { ...alone, kind: 'update', key: { id: '2' }, before: before({ ...second, ...note }), after: updated },
    { ...alone, kind: 'delete', key: { id: '2' }, before: before({ ...updated, ...note }) },
  ]
}

const withoutNulls = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))

test('test_decoding tells of every change with its transaction, whatever stands in names and values', async () => {
  const { schema, rows } = await decode('test_decoding', 'FULL')
  const texts = rows.map(({ data }) => data.toString())
  expect(texts.join('\n')).toContain('unchanged-toast-datum')
  expect(texts.join('\n')).toContain('TRUNCATE')
  const full = expected(schema, withoutNulls)
  for (const feed of [texts, rows.map(({ data }) => data), texts.join('\n'), rows, `\ufeff${texts.join('\r\n')}\r\n`]) {
    expect(told(readEvents(feed, { tables }))).toEqual(full)
  }
  // Cut anywhere, as a file is read.
  const bytes = Buffer.from(texts.join('\n'))
  for (const size of [1, 7, 64, 1000, 4096]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
    expect(told(readEvents(pieces, { tables }))).toEqual(full)
  }
})

test('test_decoding with the default identity tells the key of a row that is deleted, and no row before an UPDATE', async () => {
  const { schema, rows } = await decode('test_decoding', 'DEFAULT', `, 'include-timestamp', 'on'`)
  const [one, two, update, remove] = expected(schema, () => ({ id: '2' }))
  const { before: _before, ...withoutBefore } = update as Record<string, unknown>
  expect(told(readEvents(rows, { tables }))).toEqual([one, two, withoutBefore, remove])
})

test('test_decoding without transaction numbers leaves them open', async () => {
  const { schema, rows } = await decode('test_decoding', 'FULL', `, 'include-xids', 'off', 'skip-empty-xacts', 'on'`)
  expect(told(readEvents(rows, { tables }))).toEqual(expected(schema, withoutNulls, false))
})

test('a table without an identity has no row before', async () => {
  const { rows } = await decode('test_decoding', 'NOTHING')
  expect(readEvents(rows, { tables }).map(({ kind }) => kind)).toEqual(['insert', 'insert'])
  const line = 'table public.orders: DELETE: (no-tuple-data)'
  expect(readEvents(line)).toEqual([{ kind: 'delete', table: 'orders', schema: 'public', event: 0 }])
})

test('what pg-logical-replication makes of test_decoding', () => {
  const plugin = new TestDecodingPlugin()
  const lines = [
    'BEGIN 5',
    'table public.orders: INSERT: id[bigint]:1 note[text]:null price[numeric]:1.50',
    `table public.orders: UPDATE: old-key: id[bigint]:1 price[numeric]:1.50 new-tuple: id[bigint]:1 price[numeric]:2.00 note[text]:unchanged-toast-datum`,
    'table public.orders: DELETE: (no-tuple-data)',
    'COMMIT 5 (at 2024-01-01 00:00:00+00)',
  ]
  const decoded = lines.map((line) => plugin.parse(Buffer.from(line)) as object)
  const of = { table: 'orders', schema: 'public', transaction: '5', total: 3 }
  expect(readEvents(decoded, { tables })).toEqual([
    {
      ...of,
      kind: 'insert',
      key: { id: '1' },
      after: { id: '1', note: null, price: '1.50' },
      position: 1,
      last: false,
      event: 1,
    },
    {
      ...of,
      kind: 'update',
      key: { id: '1' },
      before: { id: '1', price: '1.50' },
      after: { id: '1', price: '2.00' },
      position: 2,
      last: false,
      event: 2,
    },
    { ...of, kind: 'delete', position: 3, last: true, event: 3 },
  ])
})

test.for(['FULL', 'DEFAULT'] as const)(
  'pgoutput as pg-logical-replication decodes it, REPLICA IDENTITY %s',
  async (identity) => {
    const { schema, rows } = await decode('pgoutput', identity)
    const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [schema] })
    const messages = rows.map(({ lsn, data }) => ({ lsn, log: plugin.parse(data) }))
    const tags = new Set(messages.map(({ log }) => log.tag))
    expect([...tags].toSorted()).toEqual(['begin', 'commit', 'delete', 'insert', 'relation', 'truncate', 'update'])
    const changes = told(readEvents(messages, { tables }))
    const [one, two, update, remove] = expected(schema, (row) => (identity === 'FULL' ? row : { id: '2' }))
    const { before: _before, ...withoutBefore } = update as Record<string, unknown>
    // With FULL the plugin takes what was not written again from the row before.
    const full = { ...update, after: { ...(update as { after: object }).after, note: 5000 } }
    expect(changes).toEqual([one, two, identity === 'FULL' ? full : withoutBefore, remove])
    expect(
      readEvents(
        messages.map(({ log }) => log),
        { tables },
      ),
    ).toEqual(readEvents(messages, { tables }))
  },
)

test('a feed that ends within a transaction does not tell its last change', () => {
  const lines = ['BEGIN 7', ...[1, 2].map((id) => `table public.lines: INSERT: line_id[bigint]:${id}`)]
  const changes = readEvents(lines, { tables: fixedCommit.tables })
  expect(changes.map(({ transaction, position, total, last }) => [transaction, position, total, last])).toEqual([
    ['7', 1, undefined, undefined],
    ['7', 2, undefined, undefined],
  ])
})

test.for([
  ['a line that is cut', 'BEGIN 1\ntable public.orders: INSERT: id[bigint'],
  ['another plugin', '<begin>'],
  ['a value without its type', 'table public.orders: INSERT: id:1'],
])('%s is refused', ([, text]) => {
  expect(() => readEvents(text!, { tables })).toThrow(/`events\[[01]\]`/)
})

test('bits are literals', () => {
  const typed = defineTable({
    name: 'typed',
    key: 'id',
    columns: [
      { name: 'id', type: 'int8' },
      { name: 'one', type: 'bit(1)' },
      { name: 'nine', type: 'bit(9)', recomputed: true },
      { name: 'any', type: 'varbit' },
      { name: 'list', type: 'varbit[]' },
    ],
    rows: () => ({ fill: () => {} }),
  })
  // As PostgreSQL 14 writes them: see test/feeds.
  const line = `table public.typed: INSERT: id[bigint]:1 one[bit]:B'1' nine[bit]:B'010101010' any[bit varying]:B'' list[bit varying[]]:'{01,NULL}'`
  expect(readEvents([line], { tables: [typed] })[0]?.after).toEqual({
    id: '1',
    one: '1',
    nine: '010101010',
    any: '',
    list: '{01,NULL}',
  })
})
