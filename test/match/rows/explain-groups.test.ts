import { expect, test } from 'vitest'
import type { Row } from '../../../src/ledger/change.js'
import type { Mismatch } from '../../../src/match/anomaly.js'
import { explainCommit, matchCommit } from '../../../src/match/rows/match-commit.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { orders } from '../../support/orders.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 20
const ratio = { insert: 50, update: 40, delete: 10 }
const ledger = ledgerAt(planInput({ tables: [orders], batchSize: 10, ratio }), () => LAST)
const table = tablesOf(ledger).table('orders')
const byPlace = table.aggregate({ by: ['place'], sum: ['weight'], count: 'lines' })

/** What a job makes of the rows of a place. */
interface Group {
  readonly place: unknown
  readonly weight: string | null
  readonly lines: number
}

function groupsAt(commit: number): Map<string, Group> {
  const groups = new Map<string, Row[]>()
  for (const row of ledger.at(commit).rows('orders')) {
    const place = String(row['place'])
    groups.set(place, [...(groups.get(place) ?? []), row])
  }
  return new Map(
    [...groups].map(([place, rows]) => {
      const weights = rows.flatMap(({ weight }) => (weight === null ? [] : [BigInt(String(weight).replace('.', ''))]))
      const sum = weights.reduce((total, weight) => total + weight, 0n)
      const digits = String(sum < 0n ? -sum : sum).padStart(5, '0')
      const text = `${sum < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`
      return [place, { place, weight: weights.length === 0 ? null : text, lines: rows.length }]
    }),
  )
}

function explain(groups: Iterable<object>, target = byPlace, limits = {}): Mismatch {
  const mismatch = explainCommit([...groups], target, limits)
  expect(mismatch).toMatchObject({ keyed: true, difference: { missing: [], unexpected: [] } })
  return mismatch!
}

const named = ({ anomalies }: Mismatch): unknown[] => anomalies.map(({ name, key, commit }) => [name, key, commit])

/** A place, and an earlier commit after which it was something else than after the last one. */
function changedPlace(): { place: string; commit: number; before: number } {
  const now = groupsAt(LAST)
  for (const [place, group] of now) {
    for (let before = LAST - 3; before > 0; before--) {
      const then = groupsAt(before).get(place)
      if (!then || then.weight === group.weight || then.lines === group.lines) continue
      const commit = [...Array(LAST + 1).keys()].find((number) => isSame(groupsAt(number).get(place), group))!
      return { place, commit, before: [...Array(LAST).keys()].find((n) => isSame(groupsAt(n).get(place), then))! }
    }
  }
  throw new Error('Expected a place that changed.')
}

const isSame = (one: Group | undefined, other: Group): boolean => JSON.stringify(one) === JSON.stringify(other)

test('the groups of this test are those of the table', () => {
  expect(matchCommit(groupsAt(LAST).values(), byPlace)?.last).toBe(LAST)
})

test('a group that stands still shows its commit', () => {
  const { place, commit, before } = changedPlace()
  const groups = groupsAt(LAST)
  groups.set(place, groupsAt(before).get(place)!)
  const mismatch = explain(groups.values(), byPlace, { since: LAST })
  expect(named(mismatch)).toEqual([['lost update', `place ${JSON.stringify(place)}`, commit]])
  expect(mismatch.anomalies[0]!.text).toContain(`shows commit ${before}, should show commit ${commit}`)
  expect(mismatch.anomalies[0]!.text).toContain('weight is ')
})

test('a group mixed of two commits names both', () => {
  const { place, before } = changedPlace()
  const groups = groupsAt(LAST)
  const then = groupsAt(before).get(place)!
  groups.set(place, { ...groups.get(place)!, lines: then.lines })
  const mismatch = explain(groups.values(), byPlace, { since: LAST })
  expect(mismatch.anomalies).toMatchObject([{ name: 'wrong value', key: `place ${JSON.stringify(place)}` }])
  expect(mismatch.anomalies[0]!.text).toMatch(
    /lines is \d+ instead of \d+; commit \d+ wrote it, and the values are those of commit \d+/,
  )
})

test('a sum that never was', () => {
  const groups = groupsAt(LAST)
  const [[place, group]] = [...groups] as [[string, Group]]
  groups.set(place, { ...group, weight: '77777.0000' })
  const [anomaly] = explain(groups.values()).anomalies
  expect(anomaly).toMatchObject({ name: 'wrong value', key: `place ${JSON.stringify(place)}` })
  expect(anomaly!.text).toContain('weight is 77777.0000 instead of')
  expect(anomaly!.text).not.toContain('values are those')
})

test('a group that is missing, one twice and one that never was', () => {
  const groups = groupsAt(LAST)
  const [first, second] = [...groups.values()] as [Group, Group]
  groups.delete(String(first.place))
  const mismatch = explain([...groups.values(), second, { ...second, place: 'Atlantis' }], byPlace, { since: LAST })
  expect(mismatch.counts).toEqual({ 'lost insert': 1, duplicate: 1, phantom: 1 } satisfies Mismatch['counts'])
  const keys = mismatch.anomalies.map(({ name, key }) => [name, key])
  expect(keys).toContainEqual(['phantom', 'place "Atlantis"'])
  expect(keys).toContainEqual(['duplicate', `place ${JSON.stringify(second.place)}`])
})

test('groups of two commits are a torn read', () => {
  const groups = groupsAt(12)
  const after = [...groupsAt(13).values()].filter((group) => !isSame(groups.get(String(group.place)), group))
  expect(after.length).toBeGreaterThan(2)
  groups.set(String(after[0]!.place), after[0]!)
  const mismatch = explain(groups.values(), byPlace, { since: 10 })
  expect(mismatch.anomalies).toMatchObject([{ name: 'torn transaction', commit: 13 }])
  expect(mismatch.anomalies[0]!.text).toContain(`1 of the ${after.length} changes of commit 13 are there`)
})

test('one sum of all rows has no columns to name it by', () => {
  const whole = table.aggregate({ count: 'lines' })
  const mismatch = explain([{ lines: ledger.at(7).count('orders') }], whole, { since: 12 })
  expect(named(mismatch)[0]).toEqual(['stale read', undefined, 7])
  const never = explain([{ lines: -1 }], whole)
  expect(named(never)).toEqual([['wrong value', 'as a whole', expect.any(Number)]])
})

test('groups by several columns, and by a filter', () => {
  const target = table.where(({ id }) => Number(id) <= 40).aggregate({ by: ['paid', 'place'], count: 'lines' })
  const counts = new Map<string, { paid: unknown; place: unknown; lines: number }>()
  for (const { id, paid, place } of ledger.at(LAST).rows('orders')) {
    if (Number(id) > 40) continue
    const known = counts.get(`${String(paid)} ${String(place)}`) ?? { paid, place, lines: 0 }
    counts.set(`${String(paid)} ${String(place)}`, { ...known, lines: known.lines + 1 })
  }
  const groups = [...counts.values()]
  expect(matchCommit(groups, target)?.last).toBe(LAST)
  const [first, ...others] = groups
  const mismatch = explain([{ ...first, lines: 99 }, ...others], target)
  expect(mismatch.anomalies[0]!.key).toBe(`paid ${String(first!.paid)}, place ${JSON.stringify(first!.place)}`)
})
