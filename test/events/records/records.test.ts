import { describe, expect, test } from 'vitest'
import {
  type CdcOptions,
  type CdcStream,
  createCdcStream,
  type EventFormat,
  eventFormats,
  type EventRecord,
  readEvents,
  type RecordOptions,
  replayEvents,
  storeReturns,
  storeSales,
} from '../../../src/index.js'
import { cdcError } from '../../support/cdc-error.js'

const tables = [storeSales, storeReturns]
const COMMITS = 40

const load: CdcOptions = {
  target: 'none',
  batchSize: 20,
  interval: 0,
  batches: COMMITS,
  seed: 5,
  ratio: { insert: 50, update: 30, delete: 20 },
  hazards: { reinsert: 0.3, noopUpdates: 0.2, sameKeyChains: 0.2 },
}

/** A stream that has come to its end, and its records. */
async function recorded(
  format: EventFormat,
  records: RecordOptions,
  options: CdcOptions = {},
): Promise<{ readonly stream: CdcStream; readonly records: EventRecord[] }> {
  const stream = createCdcStream({ ...load, ...options })
  await stream.start()
  await stream.finished
  const told: EventRecord[] = []
  for await (const commit of stream.commits({ format, records })) told.push(...commit.records)
  await stream[Symbol.asyncDispose]()
  return { stream, records: told }
}

const parsed = (text: string | null): Record<string, unknown> => JSON.parse(text ?? 'null') as Record<string, unknown>
const ofTopic = (records: readonly EventRecord[], topic: string): EventRecord[] =>
  records.filter((record) => record.topic === topic)

test.for(eventFormats)('the records of %s are its events, as they are', async (format) => {
  const { stream, records } = await recorded(format, { extras: [] })
  const events: string[] = []
  for await (const commit of stream.commits<EventFormat>({ format })) {
    events.push(...commit.events.map((event) => JSON.stringify(event)))
  }
  expect(records.map(({ value }) => value)).toEqual(events)
})

test.for([
  ['debezium-postgres', 'cdc.tpcds.store_sales_heap'],
  ['debezium-mysql', 'cdc.cdc.store_sales_heap'],
] as const)(
  '%s: a topic for each table, the key of the row, and a tombstone behind each DELETE',
  async ([format, topic]) => {
    const { stream, records } = await recorded(format, {})
    const sales = ofTopic(records, topic)
    expect(records.length - sales.length).toBeGreaterThan(0)
    const changes = [...stream.ledger.between(0, COMMITS)].filter(({ table }) => table === storeSales.name)
    const wanted = changes.flatMap(({ kind, key }) => {
      const text = JSON.stringify({ ss_id: Number(key) })
      return kind === 'delete'
        ? [
            [text, 'd'],
            [text, null],
          ]
        : [[text, kind === 'insert' ? 'c' : 'u']]
    })
    expect(sales.map(({ key, value }) => [key, value === null ? null : parsed(value)['op']])).toEqual(wanted)
    expect(wanted.filter(([, op]) => op === null).length).toBeGreaterThan(10)
    for (const { name } of tables) expect(replayEvents(records, stream.table(name)).anomalies).toEqual([])
  },
)

test('in one topic for all tables no two tables have the same key', async () => {
  const { stream, records } = await recorded('debezium-postgres', { topic: 'all' })
  expect(new Set(records.map(({ topic }) => topic))).toEqual(new Set(['all']))
  for (const { key, value } of records) {
    if (value === null) continue
    const { table } = parsed(value)['source'] as { table: string }
    expect(parsed(key)['__dbz__physicalTableIdentifier']).toBe(`cdc.tpcds.${table}`)
  }
  for (const { name } of tables) expect(replayEvents(records, stream.table(name)).anomalies).toEqual([])
})

test('keys as Maxwell writes them, and none for messages of Canal', async () => {
  const maxwell = await recorded('maxwell', {})
  for (const { topic, key, value } of maxwell.records) {
    const { table, data } = parsed(value) as { table: string; data: Record<string, number> }
    const column = table === storeSales.name ? 'ss_id' : 'sr_id'
    expect([topic, parsed(key)]).toEqual(['maxwell', { database: 'cdc', table, [`pk.${column}`]: data[column] }])
  }
  const canal = await recorded('canal', {})
  expect(new Set(canal.records.map(({ topic, key, partition }) => `${topic} ${key} ${partition}`))).toEqual(
    new Set(['example null 0']),
  )
})

describe.each(['debezium-postgres', 'debezium-mysql'] as const)('beside the changes of %s', (format) => {
  test('markers of transactions, whose counts are those of the ledger', async () => {
    const { stream, records } = await recorded(format, { extras: ['transactions'] })
    const markers = ofTopic(records, 'cdc.transaction').map(({ key, value }) => ({
      key: parsed(key),
      ...parsed(value),
    }))
    expect(markers).toHaveLength(2 * COMMITS)
    const schema = format === 'debezium-mysql' ? 'cdc' : 'tpcds'
    markers.forEach((marker, index) => {
      const commit = Math.floor(index / 2) + 1
      if (index % 2 === 0)
        return expect(marker).toMatchObject({ status: 'BEGIN', event_count: null, data_collections: null })
      const counts = Object.entries(stream.ledger.counts(commit)).map(
        ([table, { inserts, updates, deletes }]) => [`${schema}.${table}`, inserts + updates + deletes] as const,
      )
      const told = (marker as unknown as { data_collections: { data_collection: string; event_count: number }[] })
        .data_collections
      expect(new Map(told.map((each) => [each.data_collection, each.event_count]))).toEqual(
        new Map(counts.filter(([, count]) => count > 0)),
      )
      return expect(marker).toMatchObject({
        status: 'END',
        event_count: counts.reduce((sum, [, count]) => sum + count, 0),
      })
    })
    // A change names the transaction of the markers around it.
    const names = (id: unknown): string => (format === 'debezium-mysql' ? String(id) : String(id).replace(/:\d+$/, ''))
    let open: string | undefined
    for (const { topic, value } of records) {
      const { id, status, transaction } = parsed(value) as {
        id?: string
        status?: string
        transaction?: { id: string }
      }
      if (topic !== 'cdc.transaction') expect(names(transaction?.id)).toBe(open)
      else open = status === 'BEGIN' ? names(id) : undefined
    }
  })

  test('heartbeats, each behind a tenth commit', async () => {
    const { records } = await recorded(format, { extras: ['heartbeats'] })
    const told: number[] = []
    let commit = 0
    for (const { topic, key, value } of records) {
      const { source } = parsed(value) as { source?: { txId?: number; gtid?: string } }
      if (source) commit = source.txId ?? Number(source.gtid?.split(':').at(-1))
      if (topic !== '__debezium-heartbeat.cdc') continue
      expect([key, Object.keys(parsed(value))]).toEqual(['{"serverName":"cdc"}', ['ts_ms']])
      told.push(commit)
    }
    expect(told).toEqual([10, 20, 30, 40])
  })

  test.for([0, 15])('a snapshot of commit %i, and the changes after it', async (from) => {
    const { stream, records } = await recorded(format, { extras: ['snapshot', 'tombstones'], from })
    const changes = readEvents(records, { tables })
    const reads = changes.filter(({ kind }) => kind === 'read')
    const state = stream.ledger.at(from)
    expect(reads).toHaveLength(tables.reduce((sum, { name }) => sum + state.count(name), 0))
    const marks = records
      .slice(0, reads.length)
      .map(({ value }) => (parsed(value)['source'] as { snapshot: string }).snapshot)
    if (from > 0) {
      expect([marks[0], marks.at(-1)]).toEqual(['first', 'last'])
      expect(marks.filter((mark) => mark.endsWith('_in_data_collection'))).toHaveLength(2)
    }
    for (const { name } of tables) expect(replayEvents(records, stream.table(name), { from }).anomalies).toEqual([])
    expect(changes.length - reads.length).toBe([...stream.ledger.between(from, COMMITS)].length)
    expect(replayEvents(records.slice(1), stream.table(storeSales.name), { from }).anomalies).not.toEqual([])
  })

  test('rows of an incremental snapshot, none of which changed in its window', async () => {
    const { stream, records } = await recorded(format, { extras: ['incremental-snapshot'] }, { batchSize: 60 })
    const changes = readEvents(records, { tables })
    const reads = changes.filter(({ kind }) => kind === 'read')
    expect(reads.length).toBeGreaterThan(100)
    for (const { name } of tables) expect(replayEvents(records, stream.table(name)).anomalies).toEqual([])
    // A consumer that takes all as upserts and deletes has the tables in the end.
    for (const { name, key } of tables) {
      const rows = new Map<string, unknown>()
      for (const { table, kind, before, after } of changes) {
        if (table !== name) continue
        const row = after ?? before ?? {}
        const id = JSON.stringify(row[key as string])
        if (kind === 'delete') rows.delete(id)
        else rows.set(id, row)
      }
      const whole = [...stream.ledger.at().rows(name)].map((row) => [JSON.stringify(row[key as string]), row] as const)
      expect(rows).toEqual(new Map(whole))
    }
  })
})

test('schema changes as the connector of MySQL writes them when it begins', async () => {
  const { stream, records } = await recorded('debezium-mysql', { extras: ['schema-changes'] })
  expect(records.slice(0, 2).map(({ topic, key }) => [topic, key])).toEqual(
    tables.map(() => ['cdc', '{"databaseName":"cdc"}']),
  )
  expect(parsed(records[1]!.value)).toMatchObject({
    ddl: expect.stringMatching(
      /^CREATE TABLE `store_returns_heap` \(`sr_id` bigint NOT NULL, .*PRIMARY KEY \(`sr_id`\)\)$/,
    ),
    tableChanges: [{ type: 'CREATE', id: '"cdc"."store_returns_heap"', table: { primaryKeyColumnNames: ['sr_id'] } }],
  })
  for (const { name } of tables) expect(replayEvents(records, stream.table(name)).anomalies).toEqual([])
})

test('faults of delivery are those of records', async () => {
  const stream = createCdcStream(load)
  await stream.start()
  await stream.finished
  const told: EventRecord[] = []
  const faults = { duplicates: 0.2, late: 0.1 }
  for await (const { records } of stream.commits({ format: 'debezium-postgres', records: {}, faults }))
    told.push(...records)
  await stream[Symbol.asyncDispose]()
  expect(new Set(told.map((record) => JSON.stringify(record))).size).toBeLessThan(told.length)
  expect(replayEvents(told, stream.table(storeSales.name)).anomalies).not.toEqual([])
})

test.for<[string, EventFormat, RecordOptions, string]>([
  ['tombstones of Canal', 'canal', { extras: ['tombstones'] }, 'tombstones'],
  ['schema changes of PostgreSQL', 'debezium-postgres', { extras: ['schema-changes'] }, 'debezium-mysql'],
  ['an unknown extra', 'debezium-postgres', { extras: ['beats' as 'heartbeats'] }, 'beats'],
  ['a topic with a space', 'changes', { topic: 'a b' }, 'a b'],
  ['a commit before the first', 'changes', { from: -1 }, 'from'],
  ['an unknown option', 'changes', { topics: 'a' } as RecordOptions, 'topics'],
])('%s are refused', ([, format, records, named]) => {
  const stream = createCdcStream(load)
  expect(() => stream.commits({ format, records })).toThrow(cdcError('ERR_CDC_OPTIONS', named))
})
