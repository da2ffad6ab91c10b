import { describe, expect, test } from 'vitest'
import { readEvents } from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'
import { fixedCommit, orders } from '../../support/fixed-commit.js'

const tables = [orders]
const [one, two] = [
  { id: 1, small: 1, note: null },
  { id: 1, small: 2, note: null },
]

describe('Maxwell', () => {
  const of = { database: 'shop', table: 'orders', ts: 1, xid: 5 }

  test.for<[string, object, object | undefined]>([
    ['without `old`', {}, undefined],
    ['with `old: null`', { old: null }, undefined],
    ['with an empty `old`', { old: {} }, two],
    ['with what changed', { old: { small: 1 } }, one],
  ])('an UPDATE %s', ([, more, before]) => {
    const [captured] = readEvents([{ ...of, type: 'update', data: two, ...more }])
    expect(captured).toEqual({
      kind: 'update',
      table: 'orders',
      database: 'shop',
      ...(before && { before }),
      after: two,
      transaction: '5',
      last: false,
      event: 0,
    })
  })

  test('a bootstrap reads rows', () => {
    const feed = ['start', 'insert', 'complete'].map((step) => ({ ...of, type: `bootstrap-${step}`, data: one }))
    expect(readEvents(feed, { tables })).toMatchObject([
      { kind: 'read', after: { id: '1', small: 1, note: null }, event: 1 },
    ])
  })
})

describe('Canal', () => {
  const of = { id: 1, database: 'shop', table: 'orders', isDdl: false, pkNames: ['id'], gtid: '', ts: 1 }

  test.for<[string, object, readonly (object | undefined)[]]>([
    ['without `old`', {}, [undefined, undefined]],
    ['with `old: null`', { old: null }, [undefined, undefined]],
    ['with `old` for some rows', { old: [{ small: '1' }, null] }, [{ ...two, small: '1' }, undefined]],
    ['with the whole row, as TiCDC has it', { old: [one, one] }, [one, one]],
  ])('an UPDATE %s', ([, more, before]) => {
    const changes = readEvents([{ ...of, type: 'UPDATE', data: [two, two], ...more }])
    expect(changes.map((change) => ('before' in change ? change.before : undefined))).toEqual(before)
    expect(changes.map(({ kind, database, after }) => [kind, database, after])).toEqual([
      ['update', 'shop', two],
      ['update', 'shop', two],
    ])
  })

  test('a transaction of TiDB is told by its commit, with all of its digits', () => {
    const message = JSON.stringify({ ...of, type: 'INSERT', data: [one], old: null, _tidb: { commitTs: 0 } })
    const feed = [429918007904436226n, 429918007904436227n].map((ts) =>
      message.replace('"commitTs":0', `"commitTs":${ts}`),
    )
    expect(readEvents(feed).map(({ transaction }) => transaction)).toEqual(['429918007904436226', '429918007904436227'])
    // As a number it would be that of another transaction.
    const parsed = feed.map((text) => JSON.parse(text) as object)
    expect(readEvents(parsed).map(({ transaction }) => transaction)).toEqual([undefined, undefined])
  })
})

describe("TiCDC's simple protocol", () => {
  const of = {
    version: 1,
    database: 'shop',
    table: 'orders',
    tableID: 148,
    commitTs: '447984099186180098',
    buildTs: 1,
    schemaVersion: 1,
  }
  const texts = (row: object): object =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))

  test('a change of each kind', () => {
    const feed = [
      { ...of, type: 'INSERT', data: texts(one) },
      { ...of, type: 'UPDATE', data: texts(two), old: texts(one) },
      { ...of, type: 'DELETE', old: texts(two) },
      { version: 1, type: 'WATERMARK', commitTs: 1, buildTs: 1 },
      { ...of, type: 'DELETE', old: { id: '7' } },
    ]
    const place = { table: 'orders', database: 'shop', key: { id: '1' }, transaction: '447984099186180098' }
    const [before, after] = [
      { ...one, id: '1' },
      { ...two, id: '1' },
    ]
    expect(readEvents(feed, { tables })).toEqual([
      { ...place, kind: 'insert', after: before, event: 0 },
      { ...place, kind: 'update', before, after, event: 1 },
      { ...place, kind: 'delete', before: after, event: 2 },
      { ...place, kind: 'delete', key: { id: '7' }, before: { id: '7' }, event: 4 },
    ])
  })

  test('a row that is missing is refused', () => {
    expect(() => readEvents([{ ...of, type: 'INSERT' }], { tables: fixedCommit.tables })).toThrow(
      cdcError('ERR_CDC_OPTIONS', '`events[0]`', 'TiCDC', '`data`'),
    )
  })
})
