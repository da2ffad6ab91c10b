import { describe, expect, test } from 'vitest'
import { type CapturedChange, readEvents } from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'
import { fixedCommit, orders } from '../../support/fixed-commit.js'

const tables = [orders]
const [one, two, three] = [1, 2, 3].map((small) => ({ id: 1, small, price: 1.5 }))

type Write = (row: object | undefined, kind: 'INSERT' | 'DELETE') => object

/** What the three formats make of a row that comes, and of one that goes. */
const formats: readonly (readonly [string, Write])[] = [
  [
    'debezium-json',
    (row, kind) => (kind === 'INSERT' ? { before: null, after: row, op: 'c' } : { before: row, after: null, op: 'd' }),
  ],
  ['canal-json', (row, type) => ({ data: [row], type })],
  ['maxwell-json', (row, kind) => ({ data: row, type: kind.toLowerCase() })],
]

const short = (changes: readonly CapturedChange[]): unknown[] =>
  changes.map(({ kind, table, key, before, after, event }) => [
    kind,
    table,
    key?.['id'],
    before?.['small'],
    after?.['small'],
    event,
  ])

describe.for(formats)('%s', ([, write]) => {
  const other = { id: 2, small: 9 }
  const feed = [
    write(one, 'INSERT'),
    write(one, 'DELETE'),
    write(two, 'INSERT'),
    write(two, 'DELETE'),
    write(other, 'INSERT'),
    write(three, 'INSERT'),
  ]

  test('the halves of an UPDATE that follow one another are one', () => {
    const expected = [
      ['insert', 'orders', '1', undefined, 1, 0],
      ['update', 'orders', '1', 1, 2, 2],
      ['delete', 'orders', '1', 2, undefined, 3],
      ['insert', 'orders', '2', undefined, 9, 4],
      ['insert', 'orders', '1', undefined, 3, 5],
    ]
    expect(short(readEvents(feed, { tables }))).toEqual(expected)
    expect(short(readEvents(feed, { tables: fixedCommit.tables, table: 'orders' }))).toEqual(expected)
    expect(short(readEvents(feed.map((event) => JSON.stringify(event)).join('\n'), { tables }))).toEqual(expected)
  })

  test('without a definition nothing is known of keys', () => {
    expect(readEvents(feed, { table: 'orders' })).toHaveLength(6)
  })

  test('its table has to be known', () => {
    expect(() => readEvents(feed)).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`table`'))
    expect(() => readEvents(feed, { tables: fixedCommit.tables })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`events[0]`', '`table`'),
    )
  })
})

test('events of the tools themselves, without where they come from', () => {
  expect(short(readEvents([{ before: one, after: two, op: 'u' }], { tables }))).toEqual([
    ['update', 'orders', '1', 1, 2, 0],
  ])
  const canal = { data: [two, three], old: [{ small: 1 }, null], type: 'UPDATE' }
  expect(short(readEvents([canal], { tables, format: 'canal' }))).toEqual([
    ['update', 'orders', '1', 1, 2, 0],
    ['update', 'orders', '1', undefined, 3, 0],
  ])
  const maxwell = { data: two, old: { small: 1 }, type: 'update', table: 'lines' }
  expect(short(readEvents([maxwell], { tables, format: 'maxwell' }))).toEqual([['update', 'lines', undefined, 1, 2, 0]])
})
