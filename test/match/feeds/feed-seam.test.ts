import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventFormats } from '../../../src/events/feed-format.js'
import type { FeedReplay } from '../../../src/match/feeds/feed-replay.js'
import { replayEvents, type ReplayOptions } from '../../../src/match/feeds/replay-events.js'
import { hazards, planOptions, ratios, runs, seeds } from '../../support/arbitraries.js'
import { CapturedFeeds, type SnapshotFormat } from '../../support/captured-feeds.js'
import { cdcError } from '../../support/cdc-error.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 12
const SALES = 'store_sales_heap'
const RETURNS = 'store_returns_heap'
const snapshotFormats: readonly SnapshotFormat[] = ['debezium-postgres', 'debezium-mysql', 'maxwell']

const input = planInput({ batchSize: 20, ratio: { insert: 50, update: 35, delete: 15 }, foreign: [30, 20] })
const ledger = ledgerAt(input, () => LAST)
const tables = tablesOf(ledger)
const feeds = new CapturedFeeds(input, ledger)

function replay(events: readonly object[], options: ReplayOptions = {}, table = SALES): FeedReplay {
  return replayEvents(events, tables.table(table), options)
}

const namesOf = ({ anomalies }: FeedReplay): string[] => [...new Set(anomalies.map(({ name }) => name))]

const commits = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: LAST })

const plans = (): fc.Arbitrary<CapturedFeedsOf> =>
  fc
    .record({ seed: seeds(), ratio: ratios(), hazards: hazards(), foreign: fc.constantFrom([0, 0], [25, 15]) })
    .map((options) => {
      const plan = planInput({ ...options, batchSize: 30, tables: 'both' })
      const planned = ledgerAt(plan, () => LAST)
      return { feeds: new CapturedFeeds(plan, planned), tables: tablesOf(planned), ledger: planned }
    })

interface CapturedFeedsOf {
  readonly feeds: CapturedFeeds
  readonly tables: ReturnType<typeof tablesOf>
  readonly ledger: ReturnType<typeof ledgerAt>
}

test('rows of any commit, then the changes after it, replay', () => {
  const property = fc.property(plans(), commits(), fc.constantFrom(...snapshotFormats), (plan, k, format) => {
    for (const table of [SALES, RETURNS]) {
      const feed = [...plan.feeds.reads(format, table, k), ...plan.feeds.changes(format, k + 1, LAST)]
      // An empty table has no rows by which a feed could tell where it begins.
      const from = plan.ledger.at(k).count(table) === 0 ? { from: k } : {}
      const { anomalies, commit } = replayEvents(feed, plan.tables.table(table), from)
      expect(anomalies).toEqual([])
      expect(commit).toBeLessThanOrEqual(LAST)
    }
  })
  fc.assert(property, runs(30))
})

test('a feed that begins after a commit replays from there', () => {
  const property = fc.property(
    planOptions(),
    commits(),
    commits(),
    fc.constantFrom(...eventFormats),
    (options, a, b, format) => {
      const plan = planInput({ ...options, tables: 'both' })
      const planned = ledgerAt(plan, () => LAST)
      const [first, from] = [Math.min(a, b), Math.max(a, b)]
      const feed = new CapturedFeeds(plan, planned).changes(format, first + 1, LAST)
      for (const { definition } of plan.tables) {
        expect(replayEvents(feed, tablesOf(planned).table(definition.name), { from }).anomalies).toEqual([])
      }
    },
  )
  fc.assert(property, runs(20))
})

test.each(eventFormats)('a feed of %s that begins later than it was to: one seam', (format) => {
  const found = replay(feeds.changes(format, 9, LAST), { from: 5 })
  expect(found).toMatchObject({ from: 8, commit: LAST, anomalies: [{ name: 'seam', commit: 6, table: SALES }] })
  expect(found.anomalies[0]?.text).toContain('6–8')
  expect(namesOf(replay(feeds.changes(format, 9, LAST)))).toEqual(['seam'])
})

test.each(snapshotFormats)('a commit between the rows and the changes of %s that is in neither', (format) => {
  const feed = [...feeds.reads(format, SALES, 4), ...feeds.changes(format, 6, LAST)]
  const { anomalies } = replay(feed)
  expect(anomalies).toMatchObject([{ name: 'seam', commit: 5 }])
  expect(anomalies[0]?.text).toContain('commit 5 is in neither')
  expect(namesOf(replay(feed, { delivery: 'at-least-once' }))).toEqual(['seam'])
})

test.each(snapshotFormats)('commits that are in both, the rows and the changes of %s', (format) => {
  const feed = [...feeds.reads(format, SALES, 6), ...feeds.changes(format, 4, LAST)]
  expect(replay(feed).anomalies).toMatchObject([{ name: 'seam', commit: 4 }])
  expect(replay(feed).anomalies[0]?.text).toContain('4–6')
  expect(replay(feed, { delivery: 'at-least-once' })).toMatchObject({ from: 6, commit: LAST, anomalies: [] })
})

test('what is wrong behind the seam keeps its name', () => {
  const changes = feeds.changes('debezium-postgres', 5, LAST) as { op: string; source: { table: string } }[]
  const reads = feeds.reads('debezium-postgres', SALES, 4)
  const names = { c: 'lost insert', u: 'lost update', d: 'resurrected delete' } as const
  changes.forEach(({ op, source }, index) => {
    if (index % 5 !== 0 || source.table !== SALES) return
    const lost = [...reads, ...changes.toSpliced(index, 1)]
    expect(namesOf(replay(lost))).toEqual([names[op as 'c']])
    const twice = [...reads, ...changes.toSpliced(index, 0, changes[index]!)]
    expect(namesOf(replay(twice))).toEqual(['duplicate'])
  })
})

test('rows that are those of no single commit', () => {
  const [early, late] = [3, 7].map((commit) => feeds.reads('debezium-postgres', SALES, commit))
  const half = (rows: object[], of: number): object[] =>
    rows.filter((row) => Number((row as { after: { ss_id: number } }).after.ss_id) % 2 === of)
  const changes = feeds.changes('debezium-postgres', 8, LAST)
  expect(replay([...half(early!, 0), ...half(late!, 1), ...changes]).anomalies.length).toBeGreaterThan(0)
  expect(namesOf(replay([...late!.slice(1), ...changes]))).not.toEqual([])
  expect(namesOf(replay([...late!, late![3]!, ...changes]))).toEqual(['duplicate'])
})

test('tables with snapshots of commits of their own', () => {
  const format = 'debezium-postgres'
  const changes = feeds.changes(format, 4, LAST) as { source: { table: string } }[]
  const after = feeds.changes(format, 8, LAST) as { source: { table: string } }[]
  const feed = [
    ...feeds.reads(format, SALES, 3),
    ...feeds.reads(format, RETURNS, 7),
    ...changes.filter(({ source }) => source.table === SALES),
    ...after.filter(({ source }) => source.table === RETURNS),
  ]
  expect(replay(feed)).toMatchObject({ from: 3, anomalies: [] })
  expect(replay(feed, {}, RETURNS)).toMatchObject({ from: 7, anomalies: [] })
})

test('a snapshot that was begun again', () => {
  const format = 'debezium-postgres'
  const first = feeds.reads(format, SALES, 2)
  const feed = [...first.slice(0, -5), ...feeds.reads(format, SALES, 6), ...feeds.changes(format, 7, LAST)]
  expect(replay(feed, { delivery: 'at-least-once' })).toMatchObject({ from: 6, anomalies: [] })
  expect(replay(feed).anomalies.length).toBeGreaterThan(0)
})

test('a connector that leaves a column out, everywhere', () => {
  const without = (event: object): object => {
    const told = event as { before: Record<string, unknown> | null; after: Record<string, unknown> | null }
    const strip = (row: Record<string, unknown> | null): object | null =>
      row && Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'ss_net_paid'))
    return { ...told, before: strip(told.before), after: strip(told.after) }
  }
  const format = 'debezium-postgres'
  const feed = [...feeds.reads(format, SALES, 4), ...feeds.changes(format, 5, LAST)].map(without)
  expect(replay(feed)).toMatchObject({ from: 4, anomalies: [] })
})

test('rows that are read by parts while the changes go on', () => {
  const property = fc.property(
    plans(),
    fc.array(commits(), { minLength: 1, maxLength: 4 }),
    commits(),
    (plan, times, from) => {
      const format = 'debezium-postgres'
      const feed: object[] = []
      for (let commit = from; commit <= LAST; commit++) {
        if (commit > from) feed.push(...plan.feeds.changes(format, commit, commit))
        times.forEach((time, part) => {
          if (Math.max(time, from) !== commit) return
          const rows = plan.feeds.reads(format, SALES, commit)
          feed.push(...rows.filter((_, index) => index % times.length === part))
        })
      }
      expect(replayEvents(feed, plan.tables.table(SALES), { from }).anomalies).toEqual([])
    },
  )
  fc.assert(property, runs(30))
})

test('a row that is read as it was not at that time', () => {
  const format = 'debezium-postgres'
  const at = (commit: number, reads: readonly object[]): object[] => [
    ...feeds.changes(format, 1, commit),
    ...reads,
    ...feeds.changes(format, commit + 1, LAST),
  ]
  const updated = [...ledger.changes(8)].find(({ kind, table }) => kind === 'update' && table === SALES)!
  const deleted = [...ledger.changes(8)].find(({ kind, table }) => kind === 'delete' && table === SALES)!
  const inserted = [...ledger.changes(8)].findLast(({ kind, table }) => kind === 'insert' && table === SALES)!
  const readOf = (key: string, commit: number): { after: Record<string, unknown> }[] =>
    (feeds.reads(format, SALES, commit) as { after: Record<string, unknown> }[]).filter(
      ({ after }) => String(after['ss_id']) === key,
    )
  expect(namesOf(replay(at(10, readOf(updated.key, 7))))).toEqual(['stale read'])
  expect(namesOf(replay(at(10, readOf(deleted.key, 7))))).toEqual(['stale read'])
  expect(namesOf(replay(at(5, readOf(inserted.key, 8))))).toEqual(['out of order'])
  expect(namesOf(replay(at(7, readOf(updated.key, 8))))).toEqual([])
  const [read] = readOf(updated.key, 8)
  expect(namesOf(replay(at(8, [{ ...read, after: { ...read!.after, ss_quantity: 12_345 } }])))).toEqual(['wrong value'])
  expect(namesOf(replay(at(8, [{ ...read, after: { ...read!.after, ss_id: 987_654 } }])))).toEqual(['phantom'])
})

test('the partitions of a topic keep the order of each key alone', () => {
  const property = fc.property(plans(), commits(), fc.integer({ min: 2, max: 4 }), (plan, from, parts) => {
    const events = plan.feeds.changes('changes', from + 1, LAST) as { key: Record<string, string>; table: string }[]
    const feed = Array.from({ length: parts }, (_, part) =>
      events.filter(({ key }) => Number(Object.values(key)[0]) % parts === part),
    ).flat()
    expect(replayEvents(feed, plan.tables.table(SALES), { from, order: 'key' }).anomalies).toEqual([])
  })
  fc.assert(property, runs(30))
})

test('what is wrong in a topic with partitions', () => {
  const events = feeds.changes('changes', 1, LAST) as { key: Record<string, string>; table: string; commit: number }[]
  const keyOf = ({ key }: { key: Record<string, string> }): string => String(Object.values(key)[0])
  const parts = [0, 1].map((part) =>
    events.filter((event) => event.table === SALES && Number(keyOf(event)) % 2 === part),
  )
  const [even, odd] = parts
  const feed = [...odd!, ...even!]
  expect(namesOf(replay(feed))).toContain('out of order')
  expect(namesOf(replay(feed, { order: 'key' }))).toEqual([])
  const again = odd!.findIndex((event, index) =>
    odd!.slice(0, index).some((earlier) => keyOf(earlier) === keyOf(event)),
  )
  const earlier = odd!.findIndex((event) => keyOf(event) === keyOf(odd![again]!))
  const swapped = odd!.with(earlier, odd![again]!).with(again, odd![earlier]!)
  expect(namesOf(replay([...swapped, ...even!], { order: 'key' }))).toEqual(['out of order'])
  expect(namesOf(replay([...odd!.toSpliced(earlier, 1), ...even!], { order: 'key' }))).toHaveLength(1)
  // While the stream runs, each part may end with a commit of its own.
  const behind = even!.filter(({ commit }) => commit <= 5)
  expect(namesOf(replay([...odd!, ...behind], { order: 'key', since: 5 }))).toEqual([])
  expect(replay([...odd!, ...behind], { order: 'key' }).anomalies.length).toBeGreaterThan(0)
})

test.each(['from', 'since', 'until'] as const)('refuses `%s` that is no commit', (name) => {
  for (const value of [-1, LAST + 1, 1.5]) {
    expect(() => replay([], { [name]: value })).toThrow(cdcError('ERR_CDC_OPTIONS', name, String(value)))
  }
})
