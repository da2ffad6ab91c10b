import { expect, test } from 'vitest'
import type { Row } from '../../../src/ledger/change.js'
import { describeMismatch } from '../../../src/match/rows/describe-mismatch.js'
import { explainCommit } from '../../../src/match/rows/match-commit.js'
import type { Mismatch } from '../../../src/match/anomaly.js'
import { ledgerAt } from '../../support/ledger-at.js'
import type { PgValue } from '../../../src/tables/column.js'
import { planInput } from '../../support/plan-inputs.js'
import { ownTable } from '../../support/own-table.js'
import { tablesOf } from '../../support/table-states.js'

const LAST = 20
const ratio = { insert: 60, update: 30, delete: 10 }
const ledger = ledgerAt(planInput({ tables: [ownTable], batchSize: 20, ratio }), () => LAST)
const table = tablesOf(ledger).table('own_things')
const rows: Row[] = [...ledger.at(12).rows('own_things')]

function explain(given: readonly object[], target = table): Mismatch {
  const mismatch = explainCommit(given, target)
  expect(mismatch).toBeDefined()
  return mismatch!
}

const names = ({ anomalies }: Mismatch): string[] => anomalies.map(({ name }) => name)

const shifted = (day: PgValue, by: number): PgValue =>
  day instanceof Date ? new Date(day.getFullYear(), day.getMonth(), day.getDate() + by) : day

class Money {
  readonly #cents: number

  constructor(cents: number) {
    this.#cents = cents
  }

  toString(): string {
    return `${this.#cents} cents`
  }
}

const cents = (value: PgValue): Money | null => (value === null ? null : new Money(Number(value) * 100))

test.each<readonly [string, string, (value: PgValue) => unknown, string]>([
  ['a money object', 'exact', cents, 'Money'],
  ['a number in thousands', 'exact', (value) => (value === null ? null : Number(value) / 1000), 'number'],
  ['a text with a comma', 'exact', (value) => (value === null ? null : String(value).replace('.', ',')), 'string'],
  ['days of yesterday', 'day', (value) => shifted(value, -1), 'Date'],
  ['a time of the day', 'day', (value) => value && new Date(Number(value) + 3_600_000), 'Date'],
  ['words for truth', 'flag', (value) => (value === null ? null : value ? 'yes' : 'no'), 'string'],
  [
    'an object that JSON refuses',
    'whole',
    (value) => (value === null ? null : { value: BigInt(String(value)) }),
    'Object',
  ],
  ['texts with spaces', 'label', (value) => (value === null ? null : `${String(value)}  `), 'string'],
  ['32 bits of 64', 'large', (value) => BigInt.asIntN(16, BigInt(String(value))), 'bigint'],
  ['nothing at all', 'unscaled', () => null, 'null'],
])('%s in all rows is said of the column, not of a transaction', (_, column, damage, type) => {
  const mismatch = explain(rows.map((row) => ({ ...row, [column]: damage(row[column]!) })))
  expect(mismatch).toMatchObject({ nearest: 12, differing: 0, count: 1 })
  expect(names(mismatch)).toEqual(['wrong column'])
  const { text } = mismatch.anomalies[0]!
  expect(text).toContain(`own_things ${column} differs`)
  expect(text).toContain(`(${type})`)
})

test('several columns are told, and then what is wrong beside them', () => {
  const damaged = rows.map((row) => ({ ...row, exact: cents(row['exact']!), day: shifted(row['day']!, 1) }))
  const mismatch = explain(damaged.slice(1))
  expect(names(mismatch)).toEqual(['wrong column', 'wrong column', 'lost insert'])
  expect(mismatch).toMatchObject({ nearest: 12, differing: 1, counts: { 'wrong column': 2 } })
  const lines = describeMismatch(mismatch, ['own_things'], damaged.length - 1).split('\n')
  expect(lines.findIndex((line) => line.includes('wrong column'))).toBe(1)
  expect(lines[3]).toContain('commit 12')
})

test('a row or two that are right do not hide the others', () => {
  const damaged = rows.map((row, index) => (index < 2 ? row : { ...row, exact: cents(row['exact']!) }))
  expect(names(explain(damaged))[0]).toBe('wrong column')
})

test('a column that is wrong in half of the rows is not wrong itself', () => {
  const damaged = rows.map((row, index) => (index % 2 === 0 ? row : { ...row, whole: 1 }))
  expect(new Set(names(explain(damaged)))).toEqual(new Set(['wrong value']))
})

test('a column of the versions before is no wrong column', () => {
  const damaged = rows.map((row) => {
    const history = [...ledger.row('own_things', String(row['id'])).history()]
    return { ...row, label: history[0]!.row!['label']! }
  })
  expect(names(explain(damaged))).not.toContain('wrong column')
})

test('a few rows that are wrong are rows, unless their values are none of the type', () => {
  const few = table.where(({ id }) => Number(id) <= 3)
  const three = rows.filter(({ id }) => Number(id) <= 3)
  expect(
    names(
      explain(
        three.map((row) => ({ ...row, whole: 1 })),
        few,
      ),
    ),
  ).not.toContain('wrong column')
  expect(
    names(
      explain(
        three.map((row) => ({ ...row, large: 'much' })),
        few,
      ),
    ),
  ).toContain('wrong column')
})

test('the key can be the wrong column', () => {
  const mismatch = explain(rows.map((row) => ({ ...row, id: `key-${String(row['id'])}` })))
  expect(names(mismatch)).toEqual(['wrong column'])
  expect(mismatch).toMatchObject({ nearest: 12, differing: 0 })
  const others = explain(rows.map((row) => ({ ...row, id: 1_000_000 + Number(row['id']) })))
  expect(names(others)).toEqual(['wrong column'])
})

test('a wrong column is found without the key, too', () => {
  const plain = table.columns(['whole', 'exact', 'day'])
  const mismatch = explain(
    rows.map((row) => ({ ...row, exact: cents(row['exact']!) })),
    plain,
  )
  expect(names(mismatch)).toEqual(['wrong column'])
  expect(mismatch).toMatchObject({ nearest: 12, differing: 0 })
  const alone = explain(
    rows.map((row) => ({ ...row, exact: cents(row['exact']!) })),
    table.columns(['exact']),
  )
  expect(names(alone)).toEqual(['wrong column'])
  expect(alone.compared).toBe(false)
})

test('a wrong column of sums, and one that makes the groups', () => {
  const totals = table.aggregate({ by: ['flag'], sum: ['exact'], count: 'lines' })
  const groups = [true, false, null].map((flag) => {
    const group = rows.filter((row) => row['flag'] === flag)
    const sum = group.reduce((total, { exact }) => total + BigInt(String(exact).replace('.', '')), 0n)
    return { flag, exact: `${sum}`.replace(/(\d{4})$/, '.$1'), lines: group.length }
  })
  expect(explainCommit(groups, totals)).toBeUndefined()
  const sums = explain(
    groups.map((group) => ({ ...group, exact: cents(group.exact) })),
    totals,
  )
  expect(names(sums)).toEqual(['wrong column'])
  expect(sums).toMatchObject({ nearest: 12, differing: 0 })
  const flags = explain(
    groups.map((group) => ({ ...group, flag: group.flag === null ? null : 'so' })),
    totals,
  )
  expect(names(flags)).toEqual(['wrong column'])
})

test('a stale read with a wrong column is stale', () => {
  const mismatch = explainCommit(
    rows.map((row) => ({ ...row, exact: cents(row['exact']!) })),
    table,
    { since: 15 },
  )!
  expect(mismatch.anomalies.slice(0, 2).map(({ name, commit }) => [name, commit])).toEqual([
    ['wrong column', undefined],
    ['stale read', 12],
  ])
})
