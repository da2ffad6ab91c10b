import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventInput } from '../../src/events/parse-events.js'
import { readFeed, type ReadEventsOptions } from '../../src/events/read-events.js'
import { type EventFormat, eventFormats, readEvents, renderEvents } from '../../src/index.js'
import { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { cdcError } from '../support/cdc-error.js'
import { fixedCommit, orders } from '../support/fixed-commit.js'
import { chainOfTables, ownTable } from '../support/own-table.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'
import { onlyKey } from '../support/only-key.js'

const COMMITS = 6

const anyPlan = fc.oneof(
  planOptions(),
  planOptions().map((options): PlanOptions => ({ ...options, tables: [ownTable] })),
  planOptions().map((options): PlanOptions => ({ ...options, tables: chainOfTables(3) })),
)

/** How a feed is handed over. */
const ways: readonly ((events: readonly object[]) => EventInput)[] = [
  (events) => events,
  (events) => events.map((event) => JSON.stringify(event)),
  (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  (events) => new Set(events.map((event) => JSON.parse(JSON.stringify(event)) as object)),
]

test('every format read back is the changes that it was made of', () => {
  const property = fc.property(
    anyPlan,
    fc.constantFrom(...eventFormats),
    fc.constantFrom(...ways),
    fc.boolean(),
    (options, format, way, told) => {
      const input = planInput(options)
      const tables = input.tables.map(({ definition }) => definition)
      const ledger = new PlannedLedger(input, { sent: COMMITS, acknowledged: COMMITS })
      const commits = Array.from({ length: COMMITS }, (_, index) => [...ledger.changes(index + 1)])
      const events = commits.flatMap((changes, index) =>
        renderEvents<EventFormat>(format, { ...fixedCommit, commit: index + 1, changes, tables }),
      )
      const captured = readEvents(way(events), { tables, ...(told && { format }) })
      const keys = new Map(tables.map(({ name, key }) => [name, onlyKey(key)]))
      expect(captured.map(({ kind, table, key, before, after }) => ({ kind, table, key, before, after }))).toEqual(
        commits.flat().map(({ kind, table, key, before, after }) => {
          // Maxwell leaves `old` out where an UPDATE changed nothing, and where it does not know it.
          const knows = format !== 'maxwell' || !isDeepStrictEqual(before, after)
          return { kind, table, key: { [keys.get(table)!]: key }, before: knows ? before : undefined, after }
        }),
      )
    },
  )
  fc.assert(property, runs(150))
})

test('transactions are told apart as far as a format tells them', () => {
  const next = { ...fixedCommit, commit: 4, changes: fixedCommit.changes.slice(0, 2) }
  const read = (format: EventFormat): unknown[] => {
    const events = [...renderEvents<EventFormat>(format, fixedCommit), ...renderEvents<EventFormat>(format, next)]
    return readEvents(events).map((change) => {
      const { transaction, commit, position, total, last } = change
      return [transaction, commit, position, total, last]
    })
  }
  expect(read('changes')).toEqual([
    ['3', 3, 1, 4, false],
    ['3', 3, 2, 4, false],
    ['3', 3, 3, 4, false],
    ['3', 3, 4, 4, true],
    ['4', 4, 1, 2, false],
    ['4', 4, 2, 2, true],
  ])
  expect(read('debezium-postgres')).toEqual([
    ...[1, 2, 3, 4].map((position) => ['3', undefined, position, undefined, undefined]),
    ...[1, 2].map((position) => ['4', undefined, position, undefined, undefined]),
  ])
  const gtid = '6364632d-7374-4265-a16d-000000000001'
  expect(read('debezium-mysql')).toEqual([
    ...[1, 2, 3, 4].map((position) => [`${gtid}:3`, undefined, position, undefined, undefined]),
    ...[1, 2].map((position) => [`${gtid}:4`, undefined, position, undefined, undefined]),
  ])
  expect(read('maxwell')).toEqual([
    ...[1, 2, 3].map((position) => ['3', undefined, position, undefined, false]),
    ['3', undefined, undefined, undefined, true],
    ['4', undefined, 1, undefined, false],
    ['4', undefined, undefined, undefined, true],
  ])
  expect(read('canal').map((change) => (change as unknown[])[0])).toEqual([
    ...Array<string>(4).fill(`${gtid}:3`),
    ...Array<string>(2).fill(`${gtid}:4`),
  ])
  expect(read('flink')).toEqual(Array(6).fill(Array(5).fill(undefined)))
})

test('several rows of a message, and the halves of an UPDATE, tell which event they are from', () => {
  expect(readEvents(renderEvents('canal', fixedCommit)).map(({ event }) => event)).toEqual([0, 1, 2, 2])
  expect(readEvents(renderEvents('flink', fixedCommit)).map(({ event }) => event)).toEqual([0, 2, 3, 4])
})

const tables = [orders]
const row = { id: 1, small: 2 }

test('a feed of Debezium as the connectors make it', () => {
  const source = { connector: 'postgresql', table: 'orders', txId: 571 }
  const schema = { type: 'struct' }
  const feed = [
    { status: 'BEGIN', id: '571:53195829', event_count: null, data_collections: null },
    { schema, payload: { before: null, after: row, source, op: 'r', ts_ms: 1 } },
    // REPLICA IDENTITY DEFAULT
    { schema: null, payload: { before: null, after: row, source, op: 'u', ts_ms: 1 } },
    { before: { id: 1 }, after: null, source, op: 'd', transaction: { id: '571:53195832', total_order: '2' } },
    null,
    { source: { ...source, table: '' }, op: 'm', message: { prefix: 'foo', content: 'Ymfy' } },
    { status: 'END', id: '571:53195832', event_count: 2, data_collections: [] },
  ]
  const expected = [
    { kind: 'read', after: { id: '1', small: 2 }, transaction: '571', event: 1 },
    { kind: 'update', after: { id: '1', small: 2 }, transaction: '571', event: 2 },
    { kind: 'delete', before: { id: '1' }, transaction: '571', position: 2, event: 3 },
  ].map((change) => ({ table: 'orders', key: { id: '1' }, ...change }))
  expect(readEvents(feed, { tables })).toEqual(expected)
  expect(readEvents(feed.map((event) => JSON.stringify(event)).join('\n'), { tables })).toEqual(expected)
})

test('a feed of Maxwell as it is made without options, and by a bootstrap', () => {
  const feed = [
    { database: 'shop', table: 'orders', type: 'bootstrap-start', ts: 1, data: {} },
    { database: 'shop', table: 'orders', type: 'bootstrap-insert', ts: 1, data: row },
    { database: 'shop', table: 'orders', type: 'bootstrap-complete', ts: 1, data: {} },
    { type: 'table-alter', database: 'shop', table: 'orders', old: {}, def: {}, ts: 1 },
    {
      database: 'shop',
      table: 'orders',
      type: 'update',
      ts: 1,
      xid: 5,
      data: row,
      old: { small: 1 },
      primary_key_columns: ['id'],
    },
  ]
  expect(readEvents(feed)).toEqual([
    { kind: 'read', table: 'orders', database: 'shop', after: row, event: 1 },
    {
      kind: 'update',
      table: 'orders',
      database: 'shop',
      key: { id: 1 },
      before: { id: 1, small: 1 },
      after: row,
      transaction: '5',
      last: false,
      event: 4,
    },
  ])
})

test('a feed of Canal without GTIDs, with a schema change', () => {
  const ddl = { data: null, database: 'shop', table: 'orders', isDdl: true, type: 'ALTER', sql: 'ALTER TABLE orders' }
  const insert = {
    data: [{ id: '1', paid: '1' }],
    table: 'orders',
    isDdl: false,
    type: 'INSERT',
    pkNames: null,
    gtid: '',
  }
  expect(readEvents([ddl, insert], { tables })).toEqual([
    { kind: 'insert', table: 'orders', key: { id: '1' }, after: { id: '1', paid: true }, event: 1 },
  ])
})

test('halves of UPDATEs in a Flink changelog find each other by their key', () => {
  const [one, two] = [
    { id: 1, small: 1 },
    { id: 2, small: 1 },
  ]
  const feed = [
    { op: '-U', table: 'orders', row: one },
    { op: '-U', table: 'orders', row: two },
    { op: '+U', table: 'orders', row: { ...two, small: 2 } },
    { op: '+U', table: 'orders', row: { ...one, small: 2 } },
    { op: '-U', table: 'orders', row: one },
    { op: '+U', table: 'orders', row: { ...two, small: 3 } },
  ]
  const short = readEvents(feed, { tables }).map(({ kind, before, after, event }) => [
    event,
    kind,
    before?.['id'],
    before?.['small'],
    after?.['id'],
    after?.['small'],
  ])
  expect(short).toEqual([
    [2, 'update', '2', 1, '2', 2],
    [3, 'update', '1', 1, '1', 2],
    [4, 'delete', '1', 1, undefined, undefined],
    [5, 'update', undefined, undefined, '2', 3],
  ])
})

test('values of known columns become what pg returns, from whatever a format makes of them', () => {
  const read = (after: object): unknown =>
    readEvents([{ commit: 1, sequence: 1, kind: 'insert', table: 'orders', key: { id: 1 }, after }], { tables })[0]
      ?.after
  const day = new Date(2024, 1, 29)
  for (const value of [19_782, '2024-02-29', day]) expect(read({ day: value })).toEqual({ day })
  for (const value of [true, 1, '1', 't', 'true']) expect(read({ paid: value })).toEqual({ paid: true })
  for (const value of [false, 0, '0', 'f', 'false']) expect(read({ paid: value })).toEqual({ paid: false })
  for (const value of [1.5, '1.5', '1.500']) expect(read({ price: value })).toEqual({ price: '1.50' })
  for (const value of [7, '7']) expect(read({ big: value, small: value })).toEqual({ big: '7', small: 7 })
  expect(read({ exact: '1234567890123456.7890' })).toEqual({ exact: '1234567890123456.7890' })
  expect(read({ id: null, other: { a: [1] } })).toEqual({ id: null, other: { a: [1] } })
})

test.for<[string, EventInput, ReadEventsOptions, string[]]>([
  ['no JSON', '{"op":"+I","table":"t","row":{}}\n{"op', {}, ['`events[1]`', 'JSON', '`{"op`']],
  ['a number', ['1'], {}, ['`events[0]`', 'JSON', '`1`']],
  ['a list', [[]], {}, ['`events[0]`', 'JSON', '`[]`']],
  ['an unknown shape', [{ a: 1 }], {}, ['`events[0]`', 'Debezium', 'Maxwell', 'Canal', 'Flink', '`{"a":1}`']],
  [
    'another format in between',
    [...renderEvents('flink', fixedCommit), ...renderEvents('maxwell', fixedCommit)],
    {},
    ['`events[5]`', 'Flink', '`op`', 'nothing'],
  ],
  [
    'another format than told',
    renderEvents('flink', fixedCommit),
    { format: 'canal' },
    ['`events[0]`', 'Canal', '`type`', 'nothing'],
  ],
  ['an unknown format', [], { format: 'avro' as EventFormat }, ['`format`', 'debezium-mysql', '`avro`']],
  ['an unknown operation', [{ op: 'x', source: { table: 'orders' } }], {}, ['`events[0]`', 'Debezium', '`op`', '`x`']],
  [
    'a change without its row',
    [{ op: 'u', source: { table: 'orders' }, after: null }],
    {},
    ['`events[0]`', 'Debezium', '`after`', '`null`'],
  ],
  [
    'a value of another type',
    [{ op: '+I', table: 'orders', row: { id: 1, day: 'soon' } }],
    { tables },
    ['`events[0]`', '`day`', 'date', '`soon`'],
  ],
  [
    'a number that lost digits',
    [{ op: '+I', table: 'orders', row: { id: 2 ** 53 } }],
    { tables },
    ['`events[0]`', '`id`', 'int8', '`9007199254740992`'],
  ],
])('%s is refused, and named', ([, events, options, named]) => {
  expect(() => readEvents(events, options)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})

test('an empty feed has no changes', () => {
  for (const events of ['', '\n', [], [null]]) expect(readEvents(events)).toEqual([])
})

test('a table of the same name in another place can be left out, whatever its values are', () => {
  const event = (schema: string, id: unknown): object => {
    return { op: 'c', before: null, after: { id }, source: { db: 'shop', schema, table: 'orders' } }
  }
  const feed = [event('other', 'not a number'), event('public', 1)]
  expect(() => readEvents(feed, { tables })).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`id`'))
  expect(readFeed(feed, { tables }, ({ schema }) => schema === 'public')).toMatchObject([
    { key: { id: '1' }, event: 1 },
  ])
})
