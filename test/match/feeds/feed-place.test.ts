import { expect, test } from 'vitest'
import { NarrowedTable } from '../../../src/match/narrowed-table.js'
import type { FeedReplay } from '../../../src/match/feeds/feed-replay.js'
import { replayEvents, type ReplayOptions } from '../../../src/match/feeds/replay-events.js'
import { CapturedFeeds } from '../../support/captured-feeds.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { planInput } from '../../support/plan-inputs.js'

const LAST = 6
const SALES = 'store_sales_heap'

const feedsOf = (seed: number, names: { database?: string; schema?: string }): CapturedFeeds => {
  const input = planInput({ seed, batchSize: 20 })
  return new CapturedFeeds(
    input,
    ledgerAt(input, () => LAST),
    names,
  )
}

const own = { database: 'warehouse', schema: 'test_1' }
const input = planInput({ seed: 1, batchSize: 20 })
const ledger = ledgerAt(input, () => LAST)

function replay(events: readonly object[], options: ReplayOptions = {}): FeedReplay {
  return replayEvents(events, new NarrowedTable({ ledger, moving: false, place: own }, SALES), options)
}

/** As a connector writes it, which makes up no names. */
const real = (events: readonly object[]): object[] =>
  events.map((event) => ({ ...event, source: { ...(event as { source: object }).source, version: '3.0.0.Final' } }))

const mixed = (one: readonly object[], other: readonly object[]): object[] =>
  one.flatMap((event, index) => [event, ...other.slice(index, index + 1)])

test.each([
  ['another schema', 'debezium-postgres', { ...own, schema: 'test_2' }],
  ['another database', 'debezium-postgres', { ...own, database: 'other' }],
  ['another database of MySQL', 'debezium-mysql', { ...own, database: 'other' }],
  ['another database of Maxwell', 'maxwell', { ...own, database: 'other' }],
  ['another database of Canal', 'canal', { ...own, database: 'other' }],
] as const)('a table of the same name in %s is left aside', (_, format, place) => {
  const [mine, others] = [feedsOf(1, own), feedsOf(2, place)].map((feeds) => feeds.changes(format, 1, LAST))
  const replayed = replay(mixed(mine!, others!))
  expect(replayed).toMatchObject({ commit: LAST, anomalies: [] })
  expect(replayed.elsewhere).toHaveLength(1)
})

test.each(['debezium-postgres', 'debezium-mysql', 'maxwell', 'canal', 'flink', 'changes'] as const)(
  'names that were made up are taken: %s',
  (format) => {
    const feed = feedsOf(1, { database: 'shop', schema: 'sales' }).changes(format, 1, LAST)
    expect(replay(feed)).toMatchObject({ commit: LAST, anomalies: [], elsewhere: [] })
  },
)

test('a schema that PostgreSQL tells is not made up', () => {
  const feed = real(feedsOf(2, { ...own, schema: 'test_2' }).changes('debezium-postgres', 1, LAST))
  expect(replay(feed, { since: 0 })).toMatchObject({ commit: 0, anomalies: [], elsewhere: ['warehouse.test_2'] })
  expect(replay(feed).anomalies).toMatchObject([{ name: 'stale read' }])
})

test('a database that the changes went through keeps the schema', () => {
  const feed = real(feedsOf(1, { ...own, database: 'replica' }).changes('debezium-postgres', 1, LAST))
  expect(replay(feed)).toMatchObject({ commit: LAST, anomalies: [] })
})

test('a feed of another schema is taken where the test says so', () => {
  const sink = { database: 'sink', schema: 'mart' }
  const feed = real(feedsOf(1, sink).changes('debezium-postgres', 1, LAST))
  expect(replay(feed, { schema: 'mart' })).toMatchObject({ commit: LAST, anomalies: [] })
  expect(replay(feedsOf(1, sink).changes('maxwell', 1, LAST), { schema: 'sink' }).anomalies).toEqual([])
  expect(replay(feed, { schema: 'other', since: 0 })).toMatchObject({ commit: 0, elsewhere: ['sink.mart'] })
})
