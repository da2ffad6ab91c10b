import { expect, test } from 'vitest'
import {
  type CapturedChange,
  createCdcStream,
  type EventFormat,
  eventFormats,
  readEvents,
  type Row,
  storeReturns,
  storeSales,
} from '../../src/index.js'
import { createTableSql } from '../../src/database/create-table.js'
import { applyFeedBySql } from '../support/apply-feed-by-sql.js'
import { interpretFeed } from '../support/interpret-feed.js'
import { decodeTransactions } from '../support/pgoutput.js'
import { useClient, useSchema } from '../support/server.js'

const options = { batchSize: 20, interval: 0, ratio: { insert: 50, update: 30, delete: 20 }, seed: 77 } as const

const texts = (row: Row): Record<string, string | null> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))

/** What JSON makes of `1.50` as a number. */
const shortened = (row: Record<string, string | null>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value?.includes('.') ? String(Number(value)) : value]),
  )

async function collect(commits: AsyncIterable<{ readonly events: readonly object[] }>): Promise<string> {
  let ndjson = ''
  for await (const { events } of commits) for (const event of events) ndjson += `${JSON.stringify(event)}\n`
  return ndjson
}

test('the feeds of 100 commits, applied by an interpreter and by PostgreSQL, give the tables of the stream', async () => {
  const connection = await useSchema()
  const client = await useClient()
  const { schema } = connection
  await using stream = createCdcStream({ ...options, target: connection, createTables: true, batches: 100 })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, commit: 100 })
  for (const format of eventFormats) {
    const ndjson = await collect(stream.commits<EventFormat>({ format }))
    const interpreted = interpretFeed(format, ndjson)
    const numbers = format === 'maxwell' || format === 'flink'
    for (const definition of [storeSales, storeReturns]) {
      const rows = [...stream.ledger.at().rows(definition.name)].map((row) =>
        numbers ? shortened(texts(row)) : texts(row),
      )
      const byKey = (a: object, b: object): number => Number(Object.values(a)[0]) - Number(Object.values(b)[0])
      expect([...interpreted.get(definition.name)!.values()].toSorted(byKey), format).toEqual(rows.toSorted(byKey))
    }
    await client.query(`DROP SCHEMA IF EXISTS ${schema}_copy CASCADE; CREATE SCHEMA ${schema}_copy`)
    try {
      for (const table of [storeSales, storeReturns]) {
        await client.query(createTableSql(table, `${schema}_copy`, 'postgres'))
      }
      await applyFeedBySql(client, `${schema}_copy`, format, ndjson)
      for (const { name } of [storeSales, storeReturns]) {
        const { rows } = await client.query<{ count: string; missing: string; extra: string }>(`SELECT
          (SELECT count(*) FROM ${schema}.${name}) AS count,
          (SELECT count(*) FROM (TABLE ${schema}.${name} EXCEPT ALL TABLE ${schema}_copy.${name}) AS d) AS missing,
          (SELECT count(*) FROM (TABLE ${schema}_copy.${name} EXCEPT ALL TABLE ${schema}.${name}) AS d) AS extra`)
        expect(rows, format).toEqual([{ count: String(stream.ledger.at().count(name)), missing: '0', extra: '0' }])
      }
    } finally {
      await client.query(`DROP SCHEMA ${schema}_copy CASCADE`)
    }
  }
})

interface Told {
  readonly kind: string
  readonly table: string
  readonly before: readonly (string | null)[] | undefined
  readonly after: readonly (string | null)[] | undefined
}

test('the feed of Debezium agrees with what logical decoding reports, transaction by transaction and run by run', async () => {
  const connection = await useSchema()
  const client = await useClient(connection)
  const { schema } = connection
  await using stream = createCdcStream({ ...options, target: connection, createTables: true, batches: 100 })
  await stream.step()
  for (const { name } of [storeSales, storeReturns]) {
    await client.query(`ALTER TABLE ${schema}.${name} REPLICA IDENTITY FULL`)
  }
  await client.query(`CREATE PUBLICATION ${schema} FOR TABLE ${schema}.store_sales_heap, ${schema}.store_returns_heap`)
  await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [schema])
  try {
    stream.resume()
    await stream.finished
    const { rows } = await client.query<{ data: Buffer }>(
      `SELECT data FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)`,
      [schema, schema],
    )
    const decoded: Told[][] = decodeTransactions(rows.map(({ data }) => data))
    const kinds = { c: 'insert', u: 'update', d: 'delete' } as const
    const told: Told[][] = []
    for await (const { commit, events } of stream.commits({ format: 'debezium-postgres' })) {
      expect(new Set(events.map(({ source }) => [source.db, source.schema, source.txId].join()))).toEqual(
        new Set([[connection.database, schema, commit].join()]),
      )
      if (commit > 1) {
        told.push(
          events.map(({ op, source, before, after }) => ({
            kind: kinds[op],
            table: source.table,
            before: before ? Object.values(before).map((value) => (value === null ? null : String(value))) : undefined,
            after: after ? Object.values(after).map((value) => (value === null ? null : String(value))) : undefined,
          })),
        )
      }
    }
    expect(told.map(inRuns)).toEqual(decoded.map(inRuns))
    expect(told).toHaveLength(99)
  } finally {
    await client.query('SELECT pg_drop_replication_slot($1)', [schema])
    await client.query(`DROP PUBLICATION ${schema}`)
  }
})

/** Consecutive changes of one kind on one table, in no order: a run is a set. */
function inRuns(changes: readonly Told[]): string[][] {
  const groups: { name: string; members: string[] }[] = []
  for (const change of changes) {
    const name = `${change.kind} ${change.table}`
    if (groups.at(-1)?.name !== name) groups.push({ name, members: [] })
    groups.at(-1)!.members.push(JSON.stringify(change))
  }
  return groups.map(({ name, members }) => [name, ...members.toSorted()])
}

test('a feed with faults, put right by a consumer that knows them, is the feed', async () => {
  await using stream = createCdcStream({ ...options, target: 'none', batches: 40 })
  await stream.start()
  await stream.finished
  const faults = { duplicates: 0.05, shuffle: 8, late: 0.02 }
  const right = await collect(stream.commits({ format: 'changes' }))
  const wrong = await collect(stream.commits({ format: 'changes', faults }))
  expect(await collect(stream.commits({ format: 'changes', faults }))).toBe(wrong)
  expect(wrong).not.toBe(right)
  expect(() => interpretFeed('changes', wrong)).toThrow('to take away')
  const place = ({ commit = 0, position = 0 }: { commit?: number; position?: number }): number =>
    commit * 1e6 + position
  const mended = new Map(readEvents(wrong).map((change) => [place(change), change]))
  const withoutEvent = (change: CapturedChange): object => ({ ...change, event: 0 })
  expect([...mended.values()].toSorted((a, b) => place(a) - place(b)).map(withoutEvent)).toEqual(
    readEvents(right).map(withoutEvent),
  )
})
