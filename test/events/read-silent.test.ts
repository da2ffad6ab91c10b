import { describe, expect, test } from 'vitest'
import { type EventFormat, eventFormats, readEvents, renderEvents } from '../../src/index.js'
import { cdcError } from '../support/cdc-error.js'
import { fixedCommit } from '../support/fixed-commit.js'

const source = { connector: 'postgresql', db: 'shop', schema: 'public', table: '' }
const canal = { id: 0, database: 'shop', table: 'orders', pkNames: null, data: null, old: null }

/** Events that tell of no change of a row, by who makes them. */
const silent: Readonly<Record<string, readonly (object | null)[]>> = {
  tombstone: [null],
  'heartbeat of Debezium': [
    { ts_ms: 1 },
    { ts_ms: 1, ts_us: 2, ts_ns: 3 },
    { schema: { type: 'struct' }, payload: { ts_ms: 1 } },
  ],
  'schema change of Debezium': [
    { source, ts_ms: 1, databaseName: 'shop', schemaName: 'public', ddl: 'CREATE TABLE t ()', tableChanges: [] },
    { source: { server: 's' }, position: {}, databaseName: 'shop', ddl: 'SET x = 1' },
    { schema: {}, payload: { source, databaseName: 'shop', ddl: null, tableChanges: [{ type: 'CREATE' }] } },
  ],
  'transaction marker of Debezium': [
    { status: 'BEGIN', id: '571:53195829', event_count: null, data_collections: null },
    {
      status: 'END',
      id: '571:53195832',
      ts_ms: 1,
      event_count: 2,
      data_collections: [{ data_collection: 's.t', event_count: 2 }],
    },
  ],
  'TRUNCATE of Debezium': [{ before: null, after: null, source: { ...source, table: 'orders' }, op: 't', ts_ms: 1 }],
  'message of Debezium': [{ source, op: 'm', ts_ms: 1, message: { prefix: 'foo', content: 'Ymfy' } }],
  'notification of Debezium': [
    { id: 'a1', aggregate_type: 'Initial Snapshot', type: 'STARTED', additional_data: {}, timestamp: 1 },
    {
      id: 'a2',
      aggregate_type: 'Incremental Snapshot',
      type: 'TABLE_SCAN_COMPLETED',
      additional_data: { data_collection: 't' },
    },
  ],
  'bootstrap of Maxwell': ['bootstrap-start', 'bootstrap-complete'].map((type) => {
    return { database: 'shop', table: 'orders', type, ts: 1, data: {} }
  }),
  'schema change of Maxwell': ['table-create', 'table-alter', 'table-drop', 'database-create', 'database-drop'].map(
    (type) => {
      return { type, database: 'shop', table: 'orders', old: {}, def: {}, ts: 1, sql: '' }
    },
  ),
  'schema change of Canal': ['CREATE', 'ALTER', 'ERASE', 'TRUNCATE', 'RENAME', 'CINDEX', 'DINDEX', 'QUERY'].map(
    (type) => {
      return { ...canal, isDdl: true, type, sql: 'ALTER TABLE orders' }
    },
  ),
  'query and heartbeat of Canal': ['QUERY', 'MHEARTBEAT', 'XACOMMIT'].map((type) => ({ ...canal, isDdl: false, type })),
  'watermark of TiCDC in canal-json': [
    { ...canal, isDdl: false, type: 'TIDB_WATERMARK', _tidb: { watermarkTs: 429918007904436226n } },
  ],
  'events of TiCDC beside changes': [
    { version: 1, type: 'WATERMARK', commitTs: 447984124732375041n, buildTs: 1708923816911 },
    { version: 1, type: 'BOOTSTRAP', commitTs: 0, buildTs: 1, tableSchema: { schema: 'shop', table: 'orders' } },
    ...['ALTER', 'CREATE', 'ERASE', 'QUERY'].map((type) => ({ version: 1, type, sql: '', commitTs: 1, buildTs: 1 })),
  ],
  'wal2json, version 1': [
    { change: [] },
    { xid: 5, change: [{ kind: 'message', transactional: true, prefix: 'p', content: 'c' }] },
    { change: [{ kind: 'truncate', schema: 'public', table: 'orders' }] },
  ],
  'wal2json, version 2': [
    { action: 'B', xid: 5, lsn: '0/1' },
    { action: 'C' },
    { action: 'M', transactional: false, prefix: 'p', content: 'c' },
    { action: 'T', schema: 'public', table: 'orders' },
  ],
  pgoutput: [
    { tag: 'begin', commitLsn: '0/1', commitTime: 1n, xid: 5 },
    { tag: 'relation', relationOid: 1, schema: 'public', name: 'orders', columns: [], keyColumns: [] },
    { tag: 'type', typeOid: 1, typeSchema: 'public', typeName: 'mood' },
    { tag: 'origin', originLsn: '0/1', originName: 'o' },
    { tag: 'message', flags: 0, transactional: false, prefix: 'p', content: new Uint8Array(1) },
    { tag: 'truncate', cascade: false, restartIdentity: false, relations: [] },
    { tag: 'commit', flags: 0, commitLsn: '0/1', commitEndLsn: '0/2' },
  ],
}

const decodedText = [
  'BEGIN 5',
  'COMMIT 5 (at 2024-01-01 00:00:00.5+00)',
  'message: transactional: 1 prefix: test, sz: 3 content:a{b',
  'table public.orders, public.lines: TRUNCATE: restart_seqs cascade',
  `PREPARE TRANSACTION 'x', txid 5`,
  `COMMIT PREPARED 'x', txid 5`,
  'opening a streamed block for transaction TXN 5',
  'streaming change for TXN 5',
]

describe.for([...Object.entries(silent), ['lines of test_decoding', decodedText] as const])('%s', ([, events]) => {
  test('tells of nothing, whatever is before and behind', () => {
    expect(readEvents(events)).toEqual([])
    for (const event of events) {
      for (const format of eventFormats) {
        const feed = renderEvents<EventFormat>(format, fixedCommit)
        const mixed = [event, ...feed.slice(0, 2), event, ...feed.slice(2), event]
        const { tables } = fixedCommit
        const alone = readEvents(feed, { tables })
        const place = (index: number): number => index + (index < 2 ? 1 : 2)
        expect(readEvents(mixed, { tables })).toEqual(
          alone.map((change) => ({ ...change, event: place(change.event) })),
        )
        expect(readEvents(mixed, { tables, format })).toHaveLength(alone.length)
      }
    }
  })
})

test('a message of test_decoding says what it likes', () => {
  const feed = `message: transactional: 1 prefix: p, sz: 4 content:it's\n${'table public.t: INSERT: id[integer]:1\n'.repeat(2)}`
  expect(readEvents(feed)).toHaveLength(2)
})

test('a watermark of TiCDC in its open protocol has an empty value', () => {
  const frame = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)])
  const key = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), frame('{"ts":415508856908021766,"t":3}')])
  expect(readEvents([{ key, value: Buffer.alloc(0) }], { table: 'orders' })).toEqual([])
})

test('a row whose columns have the names of such an event is a row', () => {
  const feed = [
    { id: 1, ts_ms: 2, __op: 'c', __table: 't' },
    { id: 'a', status: 'BEGIN', note: 'x', __op: 'c', __table: 't' },
    { id: 2, tag: 'message', __op: 'c', __table: 't' },
    { id: 3, action: 'T', amount: 1, __op: 'c', __table: 't' },
    { id: 4, trx: 'BEGIN', __op: 'c', __table: 't' },
    { id: 5, type: 'table-drop', database: 'd', __op: 'c', __table: 't' },
  ]
  expect(readEvents(feed).map(({ after }) => after?.['id'])).toEqual([1, 'a', 2, 3, 4, 5])
})

test('events of signal tables are of another table', () => {
  const signal = {
    before: null,
    after: { id: 'x', type: 'execute-snapshot', data: null },
    op: 'c',
    source: { ...source, table: 'debezium_signal' },
  }
  expect(readEvents([signal], { tables: fixedCommit.tables })).toMatchObject([
    { kind: 'insert', table: 'debezium_signal' },
  ])
})

test.for<[string, object]>([
  ['an envelope with an unknown operation', { op: 'q', source: { ...source, table: 'orders' } }],
  ['a message of Canal with an unknown type', { ...canal, isDdl: false, type: 'UPSERT' }],
  ['an event of Maxwell with an unknown type', { type: 'replace', database: 'shop', table: 'orders', ts: 1, data: {} }],
  ['an event of TiCDC with an unknown type', { version: 1, type: 'UPSERT', commitTs: 1, buildTs: 1 }],
  ['a name that every object has', { ...canal, isDdl: false, type: 'constructor' }],
  ['an event of another kind', { hello: 'world' }],
  ['a schema without its payload', { schema: { type: 'struct' } }],
])('%s is refused by its place', ([, event]) => {
  expect(() => readEvents([null, { ts_ms: 1 }, event])).toThrow(cdcError('ERR_CDC_OPTIONS', '`events[2]`'))
})
