import { describe, expect, test } from 'vitest'
import { type CapturedChange, readEvents } from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'
import { connectDecimal } from '../../support/connect-decimal.js'
import { fixedCommit, orders } from '../../support/fixed-commit.js'

const tables = [orders]
const { tables: both } = fixedCommit

const short = (changes: readonly CapturedChange[]): unknown[] =>
  changes.map(({ kind, table, key, before, after, upsert }) => [
    kind,
    table,
    key?.['id'],
    before?.['small'],
    after?.['small'],
    upsert,
  ])

describe('with `__op`', () => {
  const meta = {
    __table: 'orders',
    __db: 'shop',
    __schema: 'public',
    __lsn: 5,
    __txId: 571,
    __source_ts_ms: 1,
    __connector: 'postgresql',
  }

  test('a row of each operation', () => {
    const feed = [
      { id: 1, small: 1, ...meta, __op: 'r', __deleted: 'false' },
      { id: 2, small: 1, ...meta, __op: 'c', __deleted: 'false' },
      { id: 2, small: 2, ...meta, __op: 'u', __deleted: 'false' },
      { id: 2, small: 2, ...meta, __op: 'd', __deleted: 'true' },
    ]
    expect(short(readEvents(feed, { tables: both }))).toEqual([
      ['read', 'orders', '1', undefined, 1, undefined],
      ['insert', 'orders', '2', undefined, 1, undefined],
      ['update', 'orders', '2', undefined, 2, undefined],
      ['delete', 'orders', '2', 2, undefined, undefined],
    ])
    expect(readEvents(feed)[1]).toEqual({
      kind: 'insert',
      table: 'orders',
      database: 'shop',
      schema: 'public',
      after: { id: 2, small: 1 },
      transaction: '571',
      event: 1,
    })
  })

  test('fields of `source` by their longer names, and in headers', () => {
    const row = { id: 1, small: 1, __source_table: 'orders', __source_db: 'shop', __op: 'u' }
    const expected = { kind: 'update', table: 'orders', database: 'shop', after: { id: 1, small: 1 }, event: 0 }
    expect(readEvents([row])).toEqual([expected])
    const value = JSON.stringify({ id: 1, small: 1, __deleted: 'false' })
    const headers = { __op: Buffer.from('u'), __table: Buffer.from('"orders"'), __db: '{"schema":{},"payload":"shop"}' }
    expect(readEvents([{ key: null, value, headers }])).toEqual([expected])
  })
})

describe('without `__op`', () => {
  const insert = { id: 1, small: 1 }
  const update = { id: 1, small: 2 }

  test('a row is an INSERT or an UPDATE: as far as the feed tells, and marked', () => {
    const feed = [insert, update, { id: 2, small: 3 }]
    const expected = [
      ['insert', 'orders', '1', undefined, 1, true],
      ['update', 'orders', '1', undefined, 2, true],
      ['insert', 'orders', '2', undefined, 3, true],
    ]
    expect(short(readEvents(feed, { tables }))).toEqual(expected)
    expect(short(readEvents(feed, { tables: both, table: 'orders' }))).toEqual(expected)
  })

  test('the option `table` alone names the table', () => {
    const message = (row: { id: number }): object => ({
      key: JSON.stringify({ id: row.id }),
      value: JSON.stringify(row),
    })
    expect(short(readEvents([message(insert), message(update)], { table: 'orders' }))).toEqual([
      ['insert', 'orders', 1, undefined, 1, true],
      ['update', 'orders', 1, undefined, 2, true],
    ])
  })

  test('a table that nothing names', () => {
    expect(() => readEvents([insert], { tables: both })).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`'))
    expect(() => readEvents([{ ...insert, __op: 'c' }], { tables: both })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`table`'),
    )
  })

  test('what is no row of the only table is refused', () => {
    expect(() => readEvents([{ small: 1 }], { tables })).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`'))
  })
})

describe('DELETEs', () => {
  const key = '{"id":1}'
  const insert = { key, value: '{"id":1,"small":1}' }
  const rewritten = { key, value: '{"id":1,"small":1,"__deleted":"true"}' }
  const tombstone = { key, value: null }
  const again = { key, value: '{"id":1,"small":5}' }
  const kinds = (feed: readonly object[]): unknown[] =>
    readEvents(feed, { tables }).map(({ kind, key: of }) => [kind, of?.['id']])

  test.for<[string, readonly object[]]>([
    ['tombstone, delete-to-tombstone', [insert, tombstone, again]],
    ['rewrite', [insert, rewritten, again]],
    ['rewrite-with-tombstone', [insert, rewritten, tombstone, again]],
    ['truth values instead of texts', [insert, { key, value: '{"id":1,"__deleted":true}' }, again]],
    ['empty values', [insert, { key, value: Buffer.alloc(0) }, again]],
  ])('delete.tombstone.handling.mode: %s', ([, feed]) => {
    expect(kinds(feed)).toEqual([
      ['insert', '1'],
      ['delete', '1'],
      ['insert', '1'],
    ])
  })

  test('a tombstone of a row that was never told of is its DELETE', () => {
    expect(kinds([{ key: '{"schema":{},"payload":{"id":9}}', value: null }, insert])).toEqual([
      ['delete', '9'],
      ['insert', '1'],
    ])
    expect(readEvents([{ key, value: null }], { tables, table: 'orders' })).toEqual([
      { kind: 'delete', table: 'orders', key: { id: '1' }, event: 0 },
    ])
  })

  test('a rewritten row of an identity that tells the key alone', () => {
    const feed = [{ id: 1, small: null, note: '', __deleted: 'true', __op: 'd', __table: 'orders' }]
    expect(readEvents(feed, { tables })[0]?.before).toEqual({ id: '1' })
  })
})

test('values are those of Debezium', () => {
  const row = {
    id: 1,
    price: connectDecimal(-5n),
    note: '__debezium_unavailable_value',
    day: 19_782,
    __op: 'c',
    __table: 'orders',
  }
  expect(readEvents([row], { tables })[0]?.after).toEqual({ id: '1', price: '-0.05', day: new Date(2024, 1, 29) })
  const scale = {
    field: 'price',
    type: 'bytes',
    name: 'org.apache.kafka.connect.data.Decimal',
    parameters: { scale: '2' },
  }
  const event = { schema: { type: 'struct', fields: [scale] }, payload: row }
  expect(readEvents([event])[0]?.after).toEqual({ id: 1, price: '-0.05', day: 19_782 })
})

test('an unknown operation is refused', () => {
  expect(() => readEvents([{ id: 1, __op: 'x', __table: 'orders' }])).toThrow(
    cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`__op`', '`x`'),
  )
})
