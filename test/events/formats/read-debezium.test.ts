import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvents, renderEvents } from '../../../src/index.js'
import { defineTable } from '../../../src/tables/define-table.js'
import { runs } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'
import { connectDecimal } from '../../support/connect-decimal.js'
import { firstOrder, fixedCommit, orders } from '../../support/fixed-commit.js'

const tables = [orders]

/** Order 41 as the PostgreSQL connector writes it with its default settings, but for the decimals. */
const row = {
  id: 41,
  big: 9_007_199_254_740_991,
  small: 7,
  whole: -2,
  price: '1.50',
  exact: '1234567890123456.7890',
  note: 'a "b"\n',
  paid: true,
  day: 19_782,
}
const decoded = { ...firstOrder, big: '9007199254740991' }

const source = {
  version: '3.2.0.Final',
  connector: 'postgresql',
  name: 's',
  snapshot: 'false',
  db: 'shop',
  schema: 'public',
}

function envelope(op: string, rows: { before?: object | null; after?: object | null }, more: object = {}): object {
  return { before: null, after: null, ...rows, source: { ...source, table: 'orders', ...more }, op, ts_ms: 1 }
}

const read = (after: object): unknown => readEvents([envelope('c', { after })], { tables })[0]?.after

test('the place is told as the event has it, and whether its names are made up', () => {
  const [captured] = readEvents([envelope('r', { after: row })], { tables })
  expect(captured).toEqual({
    kind: 'read',
    table: 'orders',
    database: 'shop',
    schema: 'public',
    key: { id: '41' },
    after: decoded,
    event: 0,
  })
  const [mysql] = readEvents([envelope('r', { after: row }, { connector: 'mysql', schema: undefined, db: 'other' })])
  expect([mysql?.database, mysql?.schema, mysql?.rendered]).toEqual(['other', undefined, undefined])
  for (const format of ['debezium-mysql', 'debezium-postgres'] as const) {
    expect(readEvents(renderEvents(format, fixedCommit)).map(({ rendered }) => rendered)).toEqual([
      true,
      true,
      true,
      true,
    ])
  }
})

describe('decimal.handling.mode', () => {
  const asBytes = { ...row, price: connectDecimal(150n), exact: connectDecimal(12_345_678_901_234_567_890n) }

  test('precise: bytes, whose scale the definition tells', () => {
    expect(read(asBytes)).toEqual(decoded)
    for (const [bytes, text] of [
      [connectDecimal(0n), '0.00'],
      [connectDecimal(-5n), '-0.05'],
      [connectDecimal(-12_800n), '-128.00'],
      [connectDecimal(32_768n), '327.68'],
      [null, null],
    ] as const) {
      expect(read({ ...asBytes, price: bytes })).toEqual({ ...decoded, price: text })
    }
  })

  test('precise: any number, also one whose bytes look like the text of another', () => {
    const property = fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), (cents) => {
      const after = { ...asBytes, price: connectDecimal(BigInt(cents)) }
      expect(Number((read(after) as { price: string }).price)).toBeCloseTo(cents / 100, 8)
    })
    fc.assert(property, runs(300))
    // 0xd76df8 is `1234` in base64.
    expect(read({ ...asBytes, price: '1234' })).toMatchObject({ price: '-26588.24' })
    expect(read({ ...row, price: '1234' })).toMatchObject({ price: '1234.00' })
  })

  test('precise: bytes, whose scale the schema tells', () => {
    const field = (name: string, scale: string): object => {
      return { field: name, type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale } }
    }
    const fields = [{ field: 'id', type: 'int64' }, field('price', '2'), field('exact', '4')]
    const schema = {
      type: 'struct',
      fields: [
        { field: 'after', type: 'struct', fields },
        { field: 'op', type: 'string' },
      ],
    }
    const event = { schema, payload: envelope('c', { after: { ...asBytes, price: '1234' } }) }
    expect(readEvents([event])[0]?.after).toMatchObject({ price: '-26588.24', exact: '1234567890123456.7890' })
    expect(readEvents(JSON.stringify(event), { tables })[0]?.after).toMatchObject({ price: '-26588.24' })
  })

  test('numbers that a JSON converter wrote as numbers', () => {
    const parameters = { scale: '0' }
    const fields = [{ field: 'exact', name: 'org.apache.kafka.connect.data.Decimal', parameters }]
    const schema = { fields: [{ field: 'after', fields }] }
    const text = JSON.stringify({ schema, payload: envelope('c', { after: { id: 1, exact: 0 } }) })
    const digits = '12345678901234567890'
    expect(readEvents(text.replace('"exact":0', `"exact":${digits}`))[0]?.after).toEqual({ id: 1, exact: digits })
  })

  test('precise: numbers with a scale of their own', () => {
    const price = { scale: 3, value: connectDecimal(-1_500n) }
    expect(read({ ...row, price, exact: { scale: 0, value: connectDecimal(7n) } })).toEqual({
      ...decoded,
      price: '-1.50',
      exact: '7.0000',
    })
  })

  test('double, also with an exponent', () => {
    expect(read({ ...row, price: 1.5, exact: 0.0001 })).toEqual({ ...decoded, exact: '0.0001' })
    const scaled = defineTable({
      name: 'orders',
      key: 'id',
      columns: [
        { name: 'id', type: 'int8' },
        { name: 'tiny', type: 'numeric(12,9)' },
        { name: 'huge', type: 'numeric(30,0)' },
      ],
      rows: orders.rows,
    })
    const event = envelope('c', { after: { id: 1, tiny: 1.5e-8, huge: 2e21 } })
    expect(readEvents(JSON.stringify(event), { tables: [scaled] })[0]?.after).toEqual({
      id: '1',
      tiny: '0.000000015',
      huge: '2000000000000000000000',
    })
  })

  test('string, also without the zeros at its end', () => {
    expect(read(row)).toEqual(decoded)
    expect(read({ ...row, price: '1.5' })).toEqual(decoded)
  })
})

describe('time.precision.mode', () => {
  test.for([
    ['adaptive, adaptive_time_microseconds, connect, microseconds, nanoseconds', 19_782],
    ['isostring', '2024-02-29Z'],
    ['a timestamp at midnight', '2024-02-29T00:00:00Z'],
  ])('%s: a date', ([, day]) => {
    expect(read({ ...row, day })).toEqual(decoded)
  })

  test.for([1_706_486_400_000_000, 0.5, '2024-02-29T01:00:00Z', '2024-02-30Y'])('%s is no date', (day) => {
    expect(() => read({ ...row, day })).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`day`', 'date'))
  })

  test.for([1_709_164_800_000, '2024-02-29T00:00:00Z'])('%s in a column that is read as text passes', (note) => {
    expect(read({ ...row, note })).toEqual({ ...decoded, note: String(note) })
  })
})

test.each([
  ['exact', '8.84988e+6', '8849880.0000'],
  ['exact', '-1.5E-3', '-0.0015'],
  ['exact', '12e0', '12.0000'],
  ['id', '2.45147e+06', '2451470'],
  ['whole', '1.2e+1', 12],
  ['whole', '0.5e1', 5],
])('a number as text with an exponent: %s %s', (column, text, value) => {
  const after = { id: '1', [column]: text }
  expect(readEvents([envelope('c', { after })], { tables })[0]?.after).toMatchObject({ [column]: value })
})

test('a text that looks like one stays a text, and a part of a whole number is none', () => {
  const noted = envelope('c', { after: { id: '1', note: '8.84988e+6' } })
  expect(readEvents([noted], { tables })[0]?.after).toMatchObject({ note: '8.84988e+6' })
  const part = envelope('c', { after: { id: '1', whole: '1.25e+1' } })
  expect(() => readEvents([part], { tables })).toThrow(cdcError('ERR_CDC_OPTIONS', 'events[0]', 'whole'))
})

test('numbers keep the digits that a double does not hold', () => {
  const text = JSON.stringify(envelope('c', { after: { id: 1 } })).replace(
    '"id":1',
    '"id":9007199254740993,"exact":-1234567890123456.789,"note":"9007199254740993 \\" 1"',
  )
  expect(readEvents(text, { tables })[0]?.after).toEqual({
    id: '9007199254740993',
    exact: '-1234567890123456.789',
    note: '9007199254740993 " 1',
  })
})

const placeholder = '__debezium_unavailable_value'

test.for<[string, unknown]>([
  ['a text', placeholder],
  ['bytes in base64', Buffer.from(placeholder).toString('base64')],
  ['bytes in hex', Buffer.from(placeholder).toString('hex')],
  ['an array of texts', [placeholder]],
  ['an array of numbers', [...Buffer.from(placeholder)]],
  ['a map', { [placeholder]: placeholder }],
])('a value that is not told is left out: %s', ([, value]) => {
  const { note: _note, ...rest } = { note: '', ...decoded }
  const event = envelope('u', { before: { ...row, note: value }, after: { ...row, note: value } })
  expect(readEvents([event], { tables })).toMatchObject([{ before: rest, after: rest }])
  expect(Object.keys(readEvents([event], { tables })[0]?.after ?? {})).not.toContain('note')
})

test('what is told of a row is not taken for a placeholder', () => {
  for (const note of ['debezium_unavailable_value', '', `${placeholder}s`]) {
    expect(read({ ...row, note })).toEqual({ ...decoded, note })
  }
})

describe('REPLICA IDENTITY DEFAULT', () => {
  const zero = { id: 41, big: 0, small: 0, whole: 0, price: '0.00', exact: '0', note: '', paid: false, day: 0 }
  const nulls = Object.fromEntries(Object.keys(zero).map((name) => [name, name === 'id' ? 41 : null]))
  const before = (rows: readonly object[], more: object = {}): unknown[] => {
    const feed = rows.map((each) => envelope('d', { before: each }, more))
    return readEvents(feed, { tables }).map((change) => change.before)
  }

  test.for<[string, object]>([
    ['NULL', nulls],
    ['zeros of its type', zero],
    ['bytes of zero', { ...zero, price: connectDecimal(0n), exact: 'AAAA' }],
    ['a number of its own scale', { ...zero, price: { scale: 0, value: 'AA==' } }],
    ['the first day as text', { ...nulls, day: '1970-01-01Z', paid: false }],
    ['nothing at all', { id: 41 }],
  ])('a DELETE tells the key alone where the other columns are %s', ([, each]) => {
    expect(before([each])).toEqual([{ id: '41' }])
    expect(before([each, { ...each, id: 42 }])).toEqual([{ id: '41' }, { id: '42' }])
  })

  test('a default that all DELETEs have tells nothing', () => {
    const open = { ...zero, note: 'open', small: 3 }
    expect(before([open, { ...open, id: 7 }, { ...open, id: 8 }])).toEqual([{ id: '41' }, { id: '7' }, { id: '8' }])
  })

  test('a column is not its key because their names are alike', () => {
    const named = defineTable({
      name: 'orders',
      key: 'order_id',
      columns: [
        { name: 'order_id', type: 'int8' },
        { name: 'order', type: 'int4' },
      ],
      rows: orders.rows,
    })
    const feed = [envelope('d', { before: { order_id: 1, order: null } })]
    expect(readEvents(feed, { tables: [named] })[0]?.before).toEqual({ order_id: '1' })
  })

  test('an identity that tells the whole row is left as it is', () => {
    expect(before([row])).toEqual([decoded])
    expect(before([row, { ...row, id: 42, price: '0.00' }])).toHaveLength(2)
    expect(before([row, { ...row, id: 42, price: '0.00' }])).toEqual([decoded, { ...decoded, id: '42', price: '0.00' }])
  })

  test('MySQL always tells the whole row', () => {
    expect(before([{ id: 41, note: null }], { connector: 'mysql' })).toEqual([{ id: '41', note: null }])
    expect(before([{ id: 41, note: null }], { connector: 'mariadb' })).toEqual([{ id: '41', note: null }])
  })

  test('the key of the message says which column is told', () => {
    const message = (key: unknown): object => ({ key, value: JSON.stringify(envelope('d', { before: nulls })) })
    const key = { id: 41 }
    for (const each of [JSON.stringify(key), Buffer.from(JSON.stringify(key)), { schema: {}, payload: key }]) {
      expect(readEvents([message(each)])).toMatchObject([{ key, before: key }])
    }
    const routed = { id: 41, __dbz__physicalTableIdentifier: 's.public.orders' }
    expect(readEvents([message(JSON.stringify(routed))])[0]?.key).toEqual(key)
    expect(readEvents([envelope('d', { before: nulls })])[0]?.before).toEqual(nulls)
  })

  test('an UPDATE without a row before has none, a DELETE without has its key', () => {
    const [update, remove] = readEvents(
      [envelope('u', { after: row }), { key: '{"id":41}', value: JSON.stringify(envelope('d', {})), headers: {} }],
      { tables },
    )
    expect(update).not.toHaveProperty('before')
    expect(remove).toEqual({
      kind: 'delete',
      table: 'orders',
      database: 'shop',
      schema: 'public',
      key: { id: '41' },
      event: 1,
    })
  })
})

describe('CloudEvents', () => {
  const attributes = {
    id: 'name:s;lsn:29274832;txId:565',
    source: '/debezium/postgresql/s',
    specversion: '1.0',
    type: 'io.debezium.connector.postgresql.DataChangeEvent',
    datacontenttype: 'application/json',
  }
  const extensions = {
    iodebeziumop: 'u',
    iodebeziumversion: '3.2.0.Final',
    iodebeziumconnector: 'postgresql',
    iodebeziumname: 's',
    iodebeziumsnapshot: 'false',
    iodebeziumdb: 'shop',
    iodebeziumschema: 'public',
    iodebeziumtable: 'orders',
    iodebeziumtxId: '565',
    iodebeziumlsn: '29274832',
    iodebeziumxmin: null,
  }
  const place = { table: 'orders', database: 'shop', schema: 'public', key: { id: '41' }, event: 0 }

  test('rows in `data`, with and without their schema', () => {
    const data = { before: row, after: row }
    const expected = { ...place, kind: 'update', before: decoded, after: decoded, transaction: '565' }
    expect(readEvents([{ ...attributes, ...extensions, data }], { tables })).toEqual([expected])
    expect(readEvents([{ ...attributes, ...extensions, data: { schema: {}, payload: data } }], { tables })).toEqual([
      expected,
    ])
  })

  test('a transaction in the attributes', () => {
    const transaction = { iodebeziumtxid: '565:29274832', iodebeziumtxtotalorder: '3' }
    const event = {
      ...attributes,
      ...extensions,
      ...transaction,
      iodebeziumop: 'd',
      data: { before: row, after: null },
    }
    expect(readEvents([event], { tables })).toEqual([
      { ...place, kind: 'delete', before: decoded, transaction: '565', position: 3 },
    ])
  })

  test('an envelope in `data`', () => {
    expect(readEvents([{ ...attributes, data: envelope('c', { after: row }) }], { tables })).toEqual([
      { ...place, kind: 'insert', after: decoded },
    ])
  })

  test('without attributes the rows say what was done, and the only table is meant', () => {
    const kinds = [{ after: row }, { before: row, after: row }, { before: row, after: null }].map((data) => {
      const [captured] = readEvents([{ ...attributes, data }], { tables })
      return [captured?.kind, captured?.table]
    })
    expect(kinds).toEqual([
      ['insert', 'orders'],
      ['update', 'orders'],
      ['delete', 'orders'],
    ])
  })

  test('a heartbeat tells of nothing', () => {
    expect(readEvents([{ ...attributes, data: { ts_ms: 1 } }], { tables })).toEqual([])
  })
})
