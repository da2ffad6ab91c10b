import { expect, test } from 'vitest'
import { type EventFormat, renderEvents } from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'
import { firstOrder, fixedCommit } from '../../support/fixed-commit.js'

// One commit: DELETE of line 5, UPDATE of order 41, INSERTs of orders 42 and 43. What is expected was written by hand
// from the published formats; the addresses are with the types in src/events.

test('our own format', () => {
  const before = { ...firstOrder, day: '2024-02-29' }
  const second = { ...before, big: null, price: '-0.05', exact: null, note: null, paid: false, day: null }
  expect(renderEvents('changes', fixedCommit)).toEqual([
    {
      commit: 3,
      sequence: 1,
      total: 4,
      kind: 'delete',
      table: 'lines',
      key: { line_id: '5' },
      before: { line_id: '5', quantity: 3 },
      after: null,
    },
    {
      commit: 3,
      sequence: 2,
      total: 4,
      kind: 'update',
      table: 'orders',
      key: { id: '41' },
      before,
      after: { ...before, price: '2.00', note: null },
    },
    {
      commit: 3,
      sequence: 3,
      total: 4,
      kind: 'insert',
      table: 'orders',
      key: { id: '42' },
      before: null,
      after: { ...second, id: '42' },
    },
    {
      commit: 3,
      sequence: 4,
      total: 4,
      kind: 'insert',
      table: 'orders',
      key: { id: '43' },
      before: null,
      after: { ...second, id: '43' },
    },
  ])
})

/** Rows as both connectors of Debezium write them: dates are days since 1970, `decimal.handling.mode` is `string`. */
const debeziumRow = {
  id: 41,
  big: '9007199254740993',
  small: 7,
  whole: -2,
  price: '1.50',
  exact: '1234567890123456.7890',
  note: 'a "b"\n',
  paid: true,
  day: 19_782,
}
const debeziumSecond = { ...debeziumRow, big: null, price: '-0.05', exact: null, note: null, paid: false, day: null }
const times = { ts_ms: 1_700_000_000_123, ts_us: 1_700_000_000_123_000, ts_ns: 1_700_000_000_123_000_000 }

test('Debezium, PostgreSQL connector', () => {
  const events = renderEvents('debezium-postgres', fixedCommit)
  const source = (table: string, lsn: number): object => ({
    version: 'vitest-cloudberry-cdc',
    connector: 'postgresql',
    name: 'server1',
    ts_ms: times.ts_ms,
    snapshot: 'false',
    db: 'shop',
    sequence: `["100663296","${lsn}"]`,
    ts_us: times.ts_us,
    ts_ns: times.ts_ns,
    schema: 'sales',
    table,
    txId: 3,
    lsn,
    xmin: null,
  })
  const transaction = (lsn: number, total_order: number, data_collection_order: number): object => ({
    id: `3:${lsn}`,
    total_order,
    data_collection_order,
  })
  expect(events).toEqual([
    {
      before: { line_id: 5, quantity: 3 },
      after: null,
      source: source('lines', 100_663_304),
      transaction: transaction(100_663_304, 1, 1),
      op: 'd',
      ...times,
    },
    {
      before: debeziumRow,
      after: { ...debeziumRow, price: '2.00', note: null },
      source: source('orders', 100_663_312),
      transaction: transaction(100_663_312, 2, 1),
      op: 'u',
      ...times,
    },
    {
      before: null,
      after: { ...debeziumSecond, id: 42 },
      source: source('orders', 100_663_320),
      transaction: transaction(100_663_320, 3, 2),
      op: 'c',
      ...times,
    },
    {
      before: null,
      after: { ...debeziumSecond, id: 43 },
      source: source('orders', 100_663_328),
      transaction: transaction(100_663_328, 4, 3),
      op: 'c',
      ...times,
    },
  ])
  // In JSON the nanoseconds have all their digits, although a number does not hold them exactly.
  expect(JSON.stringify(events[0])).toContain('"ts_ns":1700000000123000000')
  const [ofFirstCommit] = renderEvents('debezium-postgres', { ...fixedCommit, commit: 1 })
  expect(ofFirstCommit?.source.sequence).toBe(`[null,"${ofFirstCommit?.source.lsn}"]`)
})

test('Debezium, MySQL connector', () => {
  const gtid = '6364632d-7374-4265-a16d-000000000001:3'
  const source = (table: string, pos: number, row: number): object => ({
    version: 'vitest-cloudberry-cdc',
    connector: 'mysql',
    name: 'server1',
    ts_ms: times.ts_ms,
    snapshot: 'false',
    db: 'shop',
    sequence: null,
    ts_us: times.ts_us,
    ts_ns: times.ts_ns,
    table,
    server_id: 1,
    gtid,
    file: 'mysql-bin.000001',
    pos,
    row,
    thread: null,
    query: null,
  })
  expect(renderEvents('debezium-mysql', fixedCommit)).toEqual([
    {
      before: { line_id: 5, quantity: 3 },
      after: null,
      source: source('lines', 12_582_912, 0),
      transaction: { id: gtid, total_order: 1, data_collection_order: 1 },
      op: 'd',
      ...times,
    },
    {
      before: debeziumRow,
      after: { ...debeziumRow, price: '2.00', note: null },
      source: source('orders', 12_582_913, 0),
      transaction: { id: gtid, total_order: 2, data_collection_order: 1 },
      op: 'u',
      ...times,
    },
    {
      before: null,
      after: { ...debeziumSecond, id: 42 },
      source: source('orders', 12_582_914, 0),
      transaction: { id: gtid, total_order: 3, data_collection_order: 2 },
      op: 'c',
      ...times,
    },
    {
      before: null,
      after: { ...debeziumSecond, id: 43 },
      source: source('orders', 12_582_914, 1),
      transaction: { id: gtid, total_order: 4, data_collection_order: 3 },
      op: 'c',
      ...times,
    },
  ])
})

test('Maxwell', () => {
  const row = {
    id: 41,
    big: '9007199254740993',
    small: 7,
    whole: -2,
    price: 1.5,
    exact: '1234567890123456.7890',
    note: 'a "b"\n',
    paid: 1,
    day: '2024-02-29',
  }
  const second = { ...row, big: null, price: -0.05, exact: null, note: null, paid: 0, day: null }
  const common = { database: 'shop', ts: 1_700_000_000, xid: 3 }
  expect(renderEvents('maxwell', fixedCommit)).toEqual([
    { ...common, table: 'lines', type: 'delete', xoffset: 0, data: { line_id: 5, quantity: 3 } },
    {
      ...common,
      table: 'orders',
      type: 'update',
      xoffset: 1,
      data: { ...row, price: 2, note: null },
      old: { price: 1.5, note: 'a "b"\n' },
    },
    { ...common, table: 'orders', type: 'insert', xoffset: 2, data: { ...second, id: 42 } },
    { ...common, table: 'orders', type: 'insert', commit: true, data: { ...second, id: 43 } },
  ])
})

test('Canal', () => {
  const row = {
    id: '41',
    big: '9007199254740993',
    small: '7',
    whole: '-2',
    price: '1.50',
    exact: '1234567890123456.7890',
    note: 'a "b"\n',
    paid: '1',
    day: '2024-02-29',
  }
  const second = { ...row, big: null, price: '-0.05', exact: null, note: null, paid: '0', day: null }
  const common = {
    database: 'shop',
    es: 1_700_000_000_000,
    gtid: '6364632d-7374-4265-a16d-000000000001:3',
    id: 3,
    isDdl: false,
    sql: '',
    ts: 1_700_000_000_123,
  }
  const ofLines = {
    ...common,
    mysqlType: { line_id: 'bigint', quantity: 'int' },
    pkNames: ['line_id'],
    sqlType: { line_id: -5, quantity: 4 },
    table: 'lines',
  }
  const ofOrders = {
    ...common,
    mysqlType: {
      id: 'bigint',
      big: 'bigint',
      small: 'smallint',
      whole: 'int',
      price: 'decimal(7,2)',
      exact: 'decimal(20,4)',
      note: 'text',
      paid: 'tinyint(1)',
      day: 'date',
    },
    pkNames: ['id'],
    sqlType: { id: -5, big: -5, small: 5, whole: 4, price: 3, exact: 3, note: 2005, paid: -6, day: 91 },
    table: 'orders',
  }
  expect(renderEvents('canal', fixedCommit)).toEqual([
    { ...ofLines, data: [{ line_id: '5', quantity: '3' }], old: null, type: 'DELETE' },
    {
      ...ofOrders,
      data: [{ ...row, price: '2.00', note: null }],
      old: [{ price: '1.50', note: 'a "b"\n' }],
      type: 'UPDATE',
    },
    {
      ...ofOrders,
      data: [
        { ...second, id: '42' },
        { ...second, id: '43' },
      ],
      old: null,
      type: 'INSERT',
    },
  ])
})

test('a message of Canal has at most 50 rows', () => {
  const [insert] = fixedCommit.changes.slice(2)
  const changes = Array.from({ length: 101 }, () => insert!)
  expect(renderEvents('canal', { ...fixedCommit, changes }).map(({ data }) => data.length)).toEqual([50, 50, 1])
})

test('Flink', () => {
  const row = {
    id: 41,
    big: '9007199254740993',
    small: 7,
    whole: -2,
    price: 1.5,
    exact: '1234567890123456.7890',
    note: 'a "b"\n',
    paid: true,
    day: '2024-02-29',
  }
  const second = { ...row, big: null, price: -0.05, exact: null, note: null, paid: false, day: null }
  expect(renderEvents('flink', fixedCommit)).toEqual([
    { op: '-D', table: 'lines', row: { line_id: 5, quantity: 3 } },
    { op: '-U', table: 'orders', row },
    { op: '+U', table: 'orders', row: { ...row, price: 2, note: null } },
    { op: '+I', table: 'orders', row: { ...second, id: 42 } },
    { op: '+I', table: 'orders', row: { ...second, id: 43 } },
  ])
})

test('an UPDATE that changes nothing has no `old` in Maxwell, and an empty one in Canal', () => {
  const { after } = fixedCommit.changes[2]!
  const changes = [{ kind: 'update', table: 'orders', key: '42', before: after!, after: after! }] as const
  expect(renderEvents('maxwell', { ...fixedCommit, changes })[0]).not.toHaveProperty('old')
  expect(renderEvents('canal', { ...fixedCommit, changes })[0]?.old).toEqual([{}])
})

test('what is not known is refused', () => {
  expect(() => renderEvents('avro' as EventFormat, fixedCommit)).toThrow(
    cdcError(
      'ERR_CDC_OPTIONS',
      '`format`',
      'changes',
      'debezium-mysql',
      'debezium-postgres',
      'maxwell',
      'canal',
      'flink',
      '`avro`',
    ),
  )
  const render = (): unknown => renderEvents('maxwell', { ...fixedCommit, tables: fixedCommit.tables.slice(0, 1) })
  expect(render).toThrow(cdcError('ERR_CDC_OPTIONS', '`tables`', '`lines`', 'orders'))
})
