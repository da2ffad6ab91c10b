import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChangeEvent } from '../../../src/events/formats/changes.js'
import { eventFormats } from '../../../src/events/feed-format.js'
import { renderEvents } from '../../../src/events/render-events.js'
import type { PlannedLedger } from '../../../src/ledger/planned-ledger.js'
import { replayEvents } from '../../../src/match/feeds/replay-events.js'
import type { PlanInput } from '../../../src/plan/plan-input.js'
import { planOptions, runs } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 12
const SALES = 'store_sales_heap'

function feedOf(input: PlanInput, ledger: PlannedLedger, format: (typeof eventFormats)[number], last = LAST): object[] {
  const names = { database: 'd', schema: 's', server: 'server' }
  return Array.from({ length: last }, (_, index) => index + 1).flatMap((commit) =>
    renderEvents(format, {
      ...names,
      commit,
      changes: [...ledger.changes(commit)],
      at: 1_700_000_000_000,
      tables: input.tables.map(({ definition }) => definition),
    }),
  )
}

test.each(eventFormats)('an undamaged feed replays as %s', (format) => {
  const property = fc.property(planOptions(), (options) => {
    const input = planInput({ ...options, tables: 'both' })
    const ledger = ledgerAt(input, () => LAST)
    const feed = feedOf(input, ledger, format)
    for (const { name } of input.tables.map(({ definition }) => definition)) {
      expect(replayEvents(feed, tablesOf(ledger).table(name)).anomalies).toEqual([])
    }
  })
  fc.assert(property, runs(10))
})

const input = planInput({ batchSize: 20, ratio: { insert: 50, update: 35, delete: 15 } })
const ledger = ledgerAt(input, () => LAST)
const sales = tablesOf(ledger).table(SALES)
const feed = (): ChangeEvent[] =>
  (feedOf(input, ledger, 'changes') as ChangeEvent[]).filter(({ table }) => table === SALES)

const keyOf = ({ key }: Pick<ChangeEvent, 'key'>): string => String(Object.values(key)[0])

const anomaliesOf = (events: readonly object[], options = {}): unknown[] =>
  replayEvents(events, sales, options).anomalies.map(({ name, key, commit }) => [name, key, commit])

test('what a feed leaves out is named', () => {
  const names = { insert: 'lost insert', update: 'lost update', delete: 'resurrected delete' } as const
  for (const [index, { kind, key, commit }] of feed().entries()) {
    if (index % 7 !== 0) continue
    expect(anomaliesOf(feed().toSpliced(index, 1))).toEqual([[names[kind], keyOf({ key }), commit]])
  }
})

test('what a feed tells twice is named, unless that is allowed', () => {
  for (const [index, event] of feed().entries()) {
    if (index % 7 !== 0) continue
    const twice = feed().toSpliced(Math.min(index + 15, feed().length), 0, event)
    expect(anomaliesOf(twice)).toEqual([['duplicate', keyOf(event), event.commit]])
    expect(anomaliesOf(twice, { delivery: 'at-least-once' })).toEqual([])
  }
})

const hazards = { reinsert: 0.5, noopUpdates: 0.5, hotKeys: 0.9, sameKeyChains: 0.2 }
const alike = planInput({ batchSize: 6, ratio: { insert: 30, update: 45, delete: 25 }, hazards })
const known = ledgerAt(alike, () => LAST)

/** Replays a feed in which changes come again. */
function expectAgain(events: readonly object[], from = 0): void {
  for (const { definition } of alike.tables) {
    const { anomalies } = replayEvents(events, tablesOf(known).table(definition.name), {
      delivery: 'at-least-once',
      from,
    })
    expect(anomalies).toEqual([])
  }
}

// Flink's changelog tells an UPDATE in halves, which are no event that could come again.
test.each(eventFormats.filter((format) => format !== 'flink'))(
  'what is told again is no later change that looks like it: %s',
  (format) => {
    const once = feedOf(alike, known, format)
    expectAgain(once.flatMap((event) => [event, event]))
    for (const back of [5, 20, 60]) expectAgain(once.toSpliced(70, 0, ...once.slice(70 - back, 70)))
  },
)

/** As wal2json tells it without the numbers of transactions: of the row before, the key alone. */
function withoutTransactions({ kind, table, key, before, after }: ChangeEvent): object {
  const columns = (row: object): object[] =>
    Object.entries(row).map(([name, value]) => ({ name, value: value as unknown }))
  const action = { insert: 'I', update: 'U', delete: 'D' }[kind]
  return {
    action,
    schema: 's',
    table,
    ...(after && { columns: columns(after) }),
    ...(before && { identity: columns(key) }),
  }
}

test.each([0, 5])('what is told again without its transaction, of a feed from commit %i on', (from) => {
  const events = (feedOf(alike, known, 'changes') as ChangeEvent[]).filter(({ commit }) => commit > from)
  const once = events.map(withoutTransactions)
  for (const [index, event] of once.entries()) expectAgain(once.toSpliced(index, 0, event), from)
})

test('what a feed tells too early or too late is named', () => {
  const events = feed()
  for (const [index, event] of events.entries()) {
    const later = events.findIndex(({ commit }) => commit === event.commit + 2)
    if (later < 0 || events.some(({ key, commit }) => keyOf({ key }) === keyOf(event) && commit > event.commit))
      continue
    const moved = events.toSpliced(index, 1).toSpliced(later, 0, event)
    expect(anomaliesOf(moved)).toEqual([['out of order', keyOf(event), event.commit]])
  }
})

test('two changes of one row the wrong way round', () => {
  const events = feed()
  const index = events.findIndex(
    ({ key, kind }, i) => kind === 'insert' && events.slice(i + 1).some((e) => keyOf(e) === keyOf({ key })),
  )
  const other = events.findIndex(({ key }, i) => i > index && keyOf({ key }) === keyOf(events[index]!))
  const swapped = events.with(index, events[other]!).with(other, events[index]!)
  const found = anomaliesOf(swapped) as [string, string][]
  expect(found.length).toBeGreaterThan(0)
  expect(found.every(([name, key]) => name === 'out of order' && key === keyOf(events[index]!))).toBe(true)
})

test('a wrong value is named', () => {
  const events = feed()
  const index = events.findLastIndex(({ kind }) => kind === 'update')
  const event = events[index]!
  const damaged = events.with(index, { ...event, after: { ...event.after!, ss_net_paid: '-1.00' } })
  const { anomalies } = replayEvents(damaged, sales)
  expect(anomalies).toMatchObject([{ name: 'wrong value', key: keyOf(event), commit: event.commit }])
  expect(anomalies[0]!.text).toContain('differs in ss_net_paid after')
})

test('a change of a row that never was is a phantom', () => {
  const event = feed()[0]!
  const phantom = { ...event, key: { ss_id: '4711' }, after: { ...event.after!, ss_id: '4711' } }
  expect(anomaliesOf([...feed(), phantom])).toEqual([['phantom', '4711', undefined]])
})

test('a feed that ends within a transaction', () => {
  const events = feed()
  const first = events.findIndex(({ commit }) => commit === LAST)
  const { commit, anomalies } = replayEvents(events.slice(0, first + 3), sales)
  expect(commit).toBe(LAST)
  expect(anomalies).toMatchObject([{ name: 'torn transaction', commit: LAST }])
  expect(anomalies[0]!.text).toContain(`3 of the ${events.length - first} changes of commit ${LAST} are told`)
})

test.each([
  ['put together with the one before', (id: string) => id.replace(/^5:/, '4:')],
  ['cut apart', (id: string, index: number) => (index % 2 ? id.replace(/^5:/, '99:') : id)],
])('a transaction that was %s', (_, rename) => {
  const told = feedOf(input, ledger, 'debezium-postgres') as { transaction: { id: string } }[]
  const damaged = told.map(({ transaction, ...event }, index) => ({
    ...event,
    transaction: { ...transaction, id: rename(transaction.id, index) },
  }))
  const names = replayEvents(damaged, sales).anomalies.map(({ name, commit }) => `${name} ${commit}`)
  expect(new Set(names)).toEqual(new Set(['torn transaction 5']))
})

test('a feed may end before the last commit where that is asked for', () => {
  const events = feed().filter(({ commit }) => commit <= 7)
  expect(replayEvents(events, sales, { since: 0 })).toMatchObject({ commit: 7, anomalies: [] })
  expect(replayEvents(events, sales).anomalies.length).toBeGreaterThan(0)
  expect(anomaliesOf(feed(), { since: 0, until: 7 })).toEqual([['out of order', undefined, LAST]])
})

test('refuses a narrowed table, and events without a key', () => {
  expect(() => replayEvents([], sales.columns(['ss_id']))).toThrow(cdcError('ERR_CDC_OPTIONS', 'whole', 'feed'))
})
