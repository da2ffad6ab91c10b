import { expect, test } from 'vitest'
import { defineTable, readEvents } from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'
import { firstOrder, orders } from '../../support/fixed-commit.js'

const tables = [orders]

// Shapes and texts as wal2json 2.5 writes them: https://github.com/eulerto/wal2json#examples
const names = ['id', 'big', 'small', 'whole', 'price', 'exact', 'note', 'paid', 'day']
const types = ['bigint', 'bigint', 'smallint', 'integer', 'numeric(7,2)', 'numeric(20,4)', 'text', 'boolean', 'date']
/** The values of order 41, as text: wal2json writes numbers as they are, however long. */
const values = [
  '41',
  '9007199254740993',
  '7',
  '-2',
  '1.50',
  '1234567890123456.7890',
  '"a \\"b\\"\\n"',
  'true',
  '"2024-02-29"',
]

const insert = `{"kind":"insert","schema":"public","table":"orders","columnnames":${JSON.stringify(names)},"columntypes":${JSON.stringify(types)},"columnvalues":[${values.join(',')}]}`
const oldKeys = `"oldkeys":{"keynames":["id"],"keytypes":["bigint"],"keyvalues":[41]}`
const update = `${insert.slice(0, -1).replace('insert', 'update').replace('1.50', '2.00')},${oldKeys}}`
const remove = `{"kind":"delete","schema":"public","table":"orders",${oldKeys}}`
const message = '{"kind":"message","transactional":true,"prefix":"p","content":"]}"}'

const place = { table: 'orders', schema: 'public', key: { id: '41' }, event: 0 }
const before = { id: '41' }
const expected = [
  { ...place, kind: 'insert', after: firstOrder, position: 1, total: 3, last: false },
  { ...place, kind: 'update', before, after: { ...firstOrder, price: '2.00' }, position: 2, total: 3, last: false },
  { ...place, kind: 'delete', before, position: 3, total: 3, last: true },
]

/** The pieces that `write-in-chunks` makes of a transaction: a row of the slot each. */
const chunks = ['{"change":[', insert, `,${message}`, `,${update}`, `,${remove}`, ']}']

test.for<[string, string | string[] | object[]]>([
  ['in one piece', [`{"change":[${[insert, message, update, remove].join(',')}]}`]],
  ['as text', `{"change":[${[insert, update, remove].join(',')}]}\n`],
  ['pretty-printed', `{\n\t"change": [\n\t\t${[insert, message, update, remove].join(',\n\t\t')}\n\t]\n}`],
  ['in chunks', chunks],
  ['in chunks of rows of its slot', chunks.map((data) => ({ lsn: '0/1', xid: '5', data }))],
  ['in chunks of bytes', chunks.map((chunk) => Buffer.from(chunk))],
])('version 1: a transaction %s', ([, feed]) => {
  expect(readEvents(feed, { tables })).toEqual(expected)
})

test('version 1: a transaction is named by its number, or by where it ends', () => {
  const of = (more: object): unknown[] => {
    const feed = [{ ...more, change: [JSON.parse(remove) as object] }]
    return readEvents(feed).map(({ transaction, position, last }) => [transaction, position, last])
  }
  expect(of({ xid: 571, nextlsn: '0/16B1970' })).toEqual([['571', 1, true]])
  expect(of({ nextlsn: '0/16B1970', timestamp: '2024-01-01' })).toEqual([['0/16B1970', 1, true]])
  expect(of({})).toEqual([[undefined, 1, true]])
})

test('version 1: numbers as texts, no schema, the key of the table', () => {
  const change = {
    kind: 'insert',
    table: 'orders',
    columnnames: names,
    columnvalues: ['41', '9007199254740993', '7', '-2', '1.50', '1234567890123456.7890', 'a "b"\n', true, '2024-02-29'],
    pk: { pknames: ['id'], pktypes: ['bigint'] },
  }
  const event = { change: [change] }
  expect(readEvents([event], { tables })).toMatchObject([{ table: 'orders', key: { id: '41' }, after: firstOrder }])
  expect(readEvents([event])[0]).toMatchObject({ key: { id: '41' } })
  expect(readEvents([event])[0]).not.toHaveProperty('schema')
})

const columns = names.map((name, index) => `{"name":"${name}","type":"${types[index]}","value":${values[index]}}`)
const identity = '"identity":[{"name":"id","type":"bigint","value":41}]'
const tuple = (action: string, ...more: readonly string[]): string =>
  `{"action":"${action}","schema":"public","table":"orders",${more.join(',')}}`
const version2 = [
  '{"action":"B"}',
  tuple('I', `"columns":[${columns.join(',')}]`),
  tuple('U', `"columns":[${columns.join(',').replace('1.50', '2.00')}]`, identity),
  tuple('D', identity),
  '{"action":"C"}',
]

test('version 2: each change is an event', () => {
  const lines = version2.join('\n')
  const events = expected.map((change, index) => ({ ...change, event: index + 1 }))
  expect(readEvents(lines, { tables })).toEqual(events)
  expect(
    readEvents(
      version2.map((data) => ({ lsn: '0/1', xid: '5', data })),
      { tables },
    ),
  ).toEqual(events)
  const alone = events.map(({ position: _position, total: _total, last: _last, event, ...change }) => ({
    ...change,
    event: event - 1,
  }))
  expect(readEvents(version2.slice(1, -1), { tables })).toEqual(alone)
})

test('version 2: transactions are named by their begin, or by each change', () => {
  const named = [version2[0]!.replace('"B"', '"B","xid":571'), ...version2.slice(1)]
  expect(readEvents(named).map(({ transaction, last }) => [transaction, last])).toEqual([
    ['571', false],
    ['571', false],
    ['571', true],
  ])
  const each = version2.slice(1, -1).map((text) => text.replace('"action"', '"xid":571,"action"'))
  expect(readEvents(each).map(({ transaction }) => transaction)).toEqual(['571', '571', '571'])
})

test('version 2: a value that was not written again is not told, and the whole row before is', () => {
  const [id, , ...rest] = columns
  const text = tuple(
    'U',
    `"columns":[${id},${rest.join(',')}]`,
    `"identity":[${columns.join(',')}]`,
    '"pk":[{"name":"id","type":"bigint"}]',
  )
  const { big: _big, ...after } = { big: '', ...firstOrder }
  expect(readEvents(text, { tables })).toEqual([{ ...place, kind: 'update', before: firstOrder, after }])
  expect(readEvents(text)[0]).toMatchObject({ key: { id: 41 } })
})

test.for<[string, object]>([
  ['version 1 with an unknown kind', { change: [{ kind: 'replace', schema: 'public', table: 'orders' }] }],
  ['version 1 without columns', { change: [{ kind: 'insert', schema: 'public', table: 'orders' }] }],
  ['version 2 without a table', { action: 'I', columns: [] }],
])('%s is refused', ([, event]) => {
  expect(() => readEvents([event])).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`', 'wal2json'))
})

const typed = defineTable({
  name: 'typed',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8' },
    { name: 'bytes', type: 'bytea' },
    { name: 'list', type: 'bytea[]' },
    { name: 'bits', type: 'bit(5)', recomputed: true },
  ],
  rows: () => ({ fill: () => {} }),
})

// What wal2json 2.5 wrote for a table of these types, on PostgreSQL 15: see test/feeds.
test('bytes have no prefix, but in arrays; bits are digits', () => {
  const [columnnames, columntypes] = [
    ['id', 'bytes', 'list', 'bits'],
    ['bigint', 'bytea', 'bytea[]', 'bit(5)'],
  ]
  // Could be base64 as well.
  const columnvalues = [1, 'deadbeef', '{"\\\\x00ff"}', '01010']
  const after = { id: '1', bytes: '\\xdeadbeef', list: '{"\\\\x00ff"}', bits: '01010' }
  const row = { kind: 'insert', schema: 'public', table: 'typed', columnnames, columntypes, columnvalues }
  const oldkeys = { keynames: columnnames, keytypes: columntypes, keyvalues: [1, '', '{}', '00000'] }
  const read = (event: object): unknown =>
    readEvents(JSON.stringify(event), { tables: [typed] }).map((change) => [change.before, change.after])
  const old = { id: '1', bytes: '\\x', list: '{}', bits: '00000' }
  expect(read({ change: [row, { ...row, kind: 'delete', oldkeys }] })).toEqual([
    [undefined, after],
    [old, undefined],
  ])
  const columns = columnnames.map((name, index) => ({ name, type: columntypes[index], value: columnvalues[index] }))
  const tuple = { action: 'I', schema: 'public', table: 'typed', columns }
  expect(read(tuple)).toEqual([[undefined, after]])
})
