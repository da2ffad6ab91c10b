import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { completeHistoryOptions, type HistoryOptions } from '../../../src/match/history/history-options.js'
import { type HistoryMatch, matchHistory } from '../../../src/match/history/match-history.js'
import { Random } from '../../../src/tables/random.js'
import { hazards, runs, seeds } from '../../support/arbitraries.js'
import { clockedTable } from '../../support/clocked-tables.js'
import { dimensionOf, toldOf, type Version } from '../../support/dimension-job.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { orders } from '../../support/orders.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 14
const COLUMNS = { from: 'valid_from', to: 'valid_to', current: 'is_current' }
const ratio = { insert: 40, update: 45, delete: 15 }

type Judged = (rows: unknown, options?: Partial<HistoryOptions>, since?: number, until?: number) => HistoryMatch

function judgeOf(ledger: ReturnType<typeof ledgerAt>, name: string): Judged {
  const table = tablesOf(ledger).table(name)
  return (rows, options = {}, since = LAST, until = LAST) =>
    matchHistory(table, rows, completeHistoryOptions({ ...COLUMNS, ...options }), { since, until, because: '' })
}

const plans = fc.record({
  seed: seeds(),
  hazards: fc.option(hazards(), { nil: undefined }),
  overlap: fc.constantFrom(undefined, { writers: 3, lateCommit: 0.5, rollback: 0, longTransaction: 0 }),
  table: fc.constantFrom(orders, clockedTable()),
  foreign: fc.constantFrom(0, 5),
  baselineRows: fc.constantFrom(0, 6),
  deleted: fc.constantFrom('close', 'flag', 'keep' as const),
  skipped: fc.option(fc.integer({ min: 2, max: 4 }), { nil: undefined }),
  bounds: fc.constantFrom('stamp', 'commit' as const),
  order: seeds(),
})

// With CDC_TEST_ALL=1, three thousand.
test('a right job is green, in whatever order its events come and however often', { timeout: 600_000 }, () => {
  const property = fc.property(plans, ({ table, foreign, deleted, skipped, bounds, order, ...plan }) => {
    const ledger = ledgerAt(
      planInput({ ...plan, tables: [table], foreign: table === orders ? [] : [foreign], batchSize: 10, ratio }),
      () => LAST,
    )
    const events = toldOf(ledger, table.name, LAST)
    const random = new Random(order, 'order')
    const mixed = [...events, ...events.filter((_, index) => index % 3 === 0)]
      .map((event, index) => ({ event, place: random.at(index).next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ event }) => event)
    const every = skipped === undefined
    const looks = Array.from({ length: LAST + 1 }, (_, commit) => commit).filter(
      (commit) => every || commit % skipped === LAST % skipped,
    )
    const stamp = (commit: number): number => (bounds === 'commit' ? commit : 1000 + commit * 10)
    // Rows that stood there before are in the history from the start, and in no event.
    const before = [...ledger.at(0).rows(table.name)]
    const start = before.map((row, place) => ({
      commit: 0,
      place: -before.length + place,
      change: { kind: 'insert' as const, table: table.name, key: String(row['id']), after: row },
    }))
    const rows = dimensionOf([...start, ...mixed], { deleted, looks, stamp })
    const judge = judgeOf(ledger, table.name)
    expect(judge(rows, { every, deleted, bounds }).anomalies).toEqual([])
    // As long as it is not known when it was read, as well.
    expect(judge(rows, { every, deleted, bounds }, 0).anomalies).toEqual([])
  })
  fc.assert(property, runs(300))
})

describe('a wrong history is named', () => {
  const ledger = ledgerAt(planInput({ seed: 7, tables: [orders], batchSize: 10, ratio }), () => LAST)
  const judge = judgeOf(ledger, 'orders')
  const all = { looks: Array.from({ length: LAST + 1 }, (_, commit) => commit), stamp: (commit: number) => commit * 10 }
  const right = dimensionOf(toldOf(ledger, 'orders', LAST), { ...all, deleted: 'close' })
  const lifeOf = (id: unknown): Version[] => right.filter((version) => version['id'] === id)
  const ids = [...new Set(right.map((version) => version['id']))]
  /** A row that was changed at least twice and is there. */
  const changed = ids.find((id) => lifeOf(id).length > 2 && lifeOf(id).at(-1)?.valid_to === null)
  const deleted = ids.find((id) => lifeOf(id).length > 1 && lifeOf(id).at(-1)?.valid_to !== null)
  const life = lifeOf(changed)
  const [first, second] = [life[0]!, life[1]!]
  const last = life.at(-1)!
  const gone = lifeOf(deleted).at(-1)!
  const close = { valid_to: LAST * 10 + 5, is_current: false }
  const open = { valid_to: null, is_current: true }
  const replace = (version: Version, ...by: Partial<Version>[]): object[] =>
    right.flatMap((one) => (one === version ? by.map((changes) => ({ ...one, ...changes })) : [one]))

  test('and the right one is not', () => {
    expect(life.length).toBeGreaterThan(2)
    expect(judge(right, { every: true }).anomalies).toEqual([])
  })

  const wrongs: Record<string, [string, object[], object?]> = {
    'the old version is not closed': ['overlap', replace(first, open)],
    'a version ends after the next one began': ['overlap', replace(first, { valid_to: second.valid_from + 1 })],
    'a version ends before the next one begins': ['gap', replace(first, { valid_to: second.valid_from - 1 })],
    'the current version has an end': ['gap', replace(last, close)],
    'a version with values of nobody': ['wrong version', replace(second, { note: 'nobody wrote this' })],
    'a version that ends before it begins': [
      'wrong version',
      replace(last, { ...close, valid_to: last.valid_from - 1 }),
    ],
    'the first version holds again': [
      'reopened',
      [...replace(last, close), { ...first, valid_from: close.valid_to, ...open }],
    ],
    'a version with an end is the current one': ['reopened', replace(first, { is_current: true })],
    'a deleted row is there again': ['reopened', [...right, { ...gone, valid_from: gone.valid_to! + 1, ...open }]],
    'the current version is said to be none': ['stale current', replace(last, { is_current: false })],
    'the last change is missing': [
      'stale current',
      replace(last).map((one) => (one === life.at(-2) ? { ...one, ...open } : one)),
    ],
    'a DELETE is missing': ['stale current', replace(gone, open)],
    'a change is left out': [
      'lost version',
      replace(second).map((one) => (one === first ? { ...one, valid_to: second.valid_to } : one)),
    ],
    'a row is left out': ['lost version', right.filter((one) => !life.includes(one)), { every: false }],
    'a version comes twice': ['phantom version', replace(first, {}, {})],
    'a row that never was': ['phantom version', [...right, { ...first, id: '987654' }]],
    'a commit that is not the one': ['wrong version', replace(second, {}), { bounds: 'commit' }],
  }
  test.each(Object.entries(wrongs))('%s', (_, [name, rows, options]) => {
    const { anomalies } = judge(rows, { every: true, ...options })
    expect(anomalies.map((one) => one.name)).toContain(name)
    // Nothing is said of rows that are right.
    if (!options) expect(new Set(anomalies.map(({ key }) => key)).size).toBe(1)
  })

  test('a change that is left out is no fault of what polls', () => {
    const rows = replace(second).map((one) => (one === first ? { ...one, valid_to: second.valid_to } : one))
    expect(judge(rows).anomalies).toEqual([])
  })

  test('a history that is only old is said to be old, as one', () => {
    const early = { ...all, looks: all.looks.slice(0, 9) }
    const old = dimensionOf(toldOf(ledger, 'orders', 8), { ...early, deleted: 'close' })
    expect(judge(old, { every: true }).anomalies).toMatchObject([{ name: 'stale read', commit: 8 }])
    expect(judge(old, { every: true }, 5)).toMatchObject({ commit: 8, anomalies: [] })
    expect(judge([], { every: true }).anomalies).toMatchObject([{ name: 'stale read', commit: 0 }])
  })

  test('and of two tables at two moments, row by row', () => {
    const early = dimensionOf(toldOf(ledger, 'orders', 8), { ...all, looks: all.looks.slice(0, 9), deleted: 'close' })
    const torn = [
      ...early.filter((one) => Number(one['id']) % 2 === 0),
      ...right.filter((one) => Number(one['id']) % 2 === 1),
    ]
    expect(judge(torn, { every: true }, 0).anomalies.length).toBeGreaterThan(0)
  })

  test('bounds come as drivers give them', () => {
    const at = (stamp: number | null, as: (milliseconds: number) => unknown): unknown =>
      stamp === null ? null : as(Date.UTC(2024, 0, 1) + stamp * 1000)
    const forms: ((milliseconds: number) => unknown)[] = [
      (ms) => new Date(ms),
      (ms) => new Date(ms).toISOString(),
      (ms) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '+00'),
      (ms) => String(ms),
      BigInt,
    ]
    const ends = [null, 'infinity', Number.POSITIVE_INFINITY, '9999-12-31', new Date('9999-12-31T00:00:00Z')]
    for (const form of forms) {
      for (const end of ends) {
        const rows = right.map((one) => ({
          ...one,
          valid_from: at(one.valid_from, form),
          valid_to: at(one.valid_to, form) ?? end,
        }))
        expect(judge(rows, { every: true }).anomalies).toEqual([])
      }
    }
    expect(() => judge(replace(first, { valid_from: 'soon' as unknown as number }))).toThrow(
      expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }),
    )
  })

  test.each([
    ['an unknown name', { till: 'x' }],
    ['no column', { from: undefined }],
    ['an unknown way', { deleted: 'gone' }],
    ['unknown bounds', { bounds: 'time' }],
    ['a flag that nobody asks for', { flag: 'is_deleted' }],
    ['a clock that the table does not have', { bounds: 'clock' }],
    ['a column that is not there', { current: 'current' }],
  ])('%s is refused', (_, options) => {
    expect(() => judge(right, options as Partial<HistoryOptions>)).toThrow(
      expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }),
    )
  })
})

test('the clock of the table can be the bound', () => {
  const table = clockedTable()
  const ledger = ledgerAt(planInput({ seed: 3, tables: [table], batchSize: 10, ratio }), () => LAST)
  const looks = Array.from({ length: LAST + 1 }, (_, commit) => commit)
  const begin = Date.UTC(2024, 0, 1)
  const rows = dimensionOf(toldOf(ledger, table.name, LAST), {
    deleted: 'close',
    looks,
    stamp: (commit) => begin + commit * 1000,
  }).map((one) => ({
    ...one,
    valid_from: new Date(one.valid_from),
    valid_to: one.valid_to === null ? null : new Date(one.valid_to),
  }))
  const judge = judgeOf(ledger, table.name)
  expect(judge(rows, { every: true, bounds: 'clock' }).anomalies).toEqual([])
  const late = rows.map((one, index) => (index === 0 ? { ...one, valid_from: new Date(+one.valid_from - 500) } : one))
  expect(judge(late, { every: true }).anomalies).toEqual([])
  expect(judge(late, { every: true, bounds: 'clock' }).anomalies).toMatchObject([{ name: 'wrong version' }])
})

test('the ledger tells the versions itself', () => {
  const ledger = ledgerAt(planInput({ seed: 7, tables: [orders], batchSize: 10, ratio }), () => LAST)
  const table = tablesOf(ledger).table('orders')
  const periods = [...table.history()]
  const rows = periods.map(({ from, to, row }) => ({
    ...row,
    valid_from: from,
    valid_to: to ?? null,
    is_current: to === undefined,
  }))
  expect(judgeOf(ledger, 'orders')(rows, { every: true, bounds: 'commit' }).anomalies).toEqual([])
  expect(periods.filter(({ to }) => to === undefined)).toHaveLength(ledger.at().count('orders'))
  // A view that changes less often has fewer versions.
  expect([...table.columns(['id', 'place']).history()].length).toBeLessThan(periods.length)
  expect([...table.where(({ paid }) => paid === true).history()].every(({ row }) => row['paid'] === true)).toBe(true)
  expect(() => [...table.aggregate({ count: 'n' }).history()]).toThrow(
    expect.objectContaining({ code: 'ERR_CDC_OPTIONS' }),
  )
})
