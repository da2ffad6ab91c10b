import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sourceOf } from '../../../src/match/target-source.js'
import { explainCommit, matchCommit } from '../../../src/match/rows/match-commit.js'
import { NarrowedTable } from '../../../src/match/narrowed-table.js'
import type { TableState } from '../../../src/match/commit-target.js'
import { Planner } from '../../../src/plan/planner.js'
import type { Row } from '../../../src/ledger/change.js'
import { planOptions, runs } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { NaiveTables } from '../../support/naive-tables.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const COMMITS = 8

/** What jobs make of a table, once as a narrowed table and once over plain rows. */
const jobs: readonly {
  readonly name: string
  readonly narrow: (table: TableState) => TableState
  readonly compute: (rows: readonly Row[]) => Record<string, unknown>[]
}[] = [
  { name: 'a copy', narrow: (table) => table, compute: (rows) => rows.map((row) => ({ ...row })) },
  {
    name: 'two columns without the key',
    narrow: (table) => table.columns(['ss_store_sk', 'ss_net_paid']),
    compute: (rows) => rows.map(({ ss_store_sk, ss_net_paid }) => ({ ss_store_sk, ss_net_paid })),
  },
  {
    name: 'some rows',
    narrow: (table) => table.where((row) => Number(row['ss_quantity']) > 50).columns(['ss_id', 'ss_quantity']),
    compute: (rows) =>
      rows.flatMap(({ ss_id, ss_quantity }) => (Number(ss_quantity) > 50 ? [{ ss_id, ss_quantity }] : [])),
  },
  {
    name: 'sums by store',
    narrow: (table) => table.aggregate({ by: ['ss_store_sk'], sum: ['ss_net_paid', 'ss_quantity'], count: 'lines' }),
    compute: (rows) => sumsByStore(rows),
  },
  {
    name: 'one sum',
    narrow: (table) => table.aggregate({ sum: ['ss_quantity'] }),
    compute: (rows) => [{ ss_quantity: sum(rows.map((row) => row['ss_quantity'] as number | null)) }],
  },
]

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

function sumsByStore(rows: readonly Row[]): Record<string, unknown>[] {
  const stores = new Map<unknown, Row[]>()
  for (const row of rows) stores.set(row['ss_store_sk'], [...(stores.get(row['ss_store_sk']) ?? []), row])
  return [...stores].map(([ss_store_sk, group]) => {
    const cents = sum(
      group.map(({ ss_net_paid }) => (ss_net_paid === null ? null : Math.round(Number(ss_net_paid) * 100))),
    )
    return {
      ss_store_sk,
      ss_net_paid: cents === null ? null : (cents / 100).toFixed(2),
      ss_quantity: sum(group.map(({ ss_quantity }) => ss_quantity as number | null)),
      lines: group.length,
    }
  })
}

const contentOf = (rows: readonly Record<string, unknown>[]): string =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => a.localeCompare(b))))
    .toSorted()
    .join('\n')

test.each(jobs)('finds the commits after which $name was read, and no other', ({ narrow, compute }) => {
  const property = fc.property(
    planOptions(),
    fc.integer({ min: 0, max: COMMITS }),
    fc.integer({ min: 0, max: 50 }),
    (options, commit, turn) => {
      const input = planInput({ ...options, tables: 'both' })
      const naive = new NaiveTables(input)
      const planner = new Planner(input)
      const results: Record<string, unknown>[][] = []
      for (let next = 0; next <= COMMITS; next++) {
        if (next > 0) naive.apply(planner.next())
        results.push(compute([...naive.rows(0).values()]))
      }
      const table = narrow(tablesOf(ledgerAt(input, () => COMMITS)).table('store_sales_heap'))
      const read = results[commit]!
      const turned = [...read.slice(turn % (read.length + 1)), ...read.slice(0, turn % (read.length + 1))]
      const equal = results.flatMap((rows, index) => (contentOf(rows) === contentOf(read) ? [index] : []))
      expect(matchCommit(turned, table)).toEqual({ first: equal[0], last: equal.at(-1) })
      const others = Array.from({ length: COMMITS + 1 }, (_, index) => index).filter((index) => !equal.includes(index))
      for (const other of others) {
        expect(matchCommit(turned, table, { since: other, until: other })).toBeUndefined()
      }
    },
  )
  fc.assert(property, runs(40))
})

const input = planInput({ batchSize: 20, ratio: { insert: 70, update: 20, delete: 10 } })
const ledger = ledgerAt(input, () => 12)
const stream = tablesOf(ledger)
const sales = stream.table('store_sales_heap')

test('takes values in whatever form they come', () => {
  const rows = [...ledger.at(5).rows('store_sales_heap')]
  const forms: ((row: Row) => object)[] = [
    (row) => ({ ...row, further: 'column' }),
    (row) => Object.values(row),
    (row) => ({ ...row, ss_id: BigInt(String(row['ss_id'])), ss_quantity: String(row['ss_quantity'] ?? '') || null }),
    (row) => ({
      ...row,
      ss_id: Number(row['ss_id']),
      ss_list_price: row['ss_list_price'] === null ? null : Number(row['ss_list_price']),
    }),
    (row) => ({ ...row, ss_list_price: row['ss_list_price'] === null ? null : `${String(row['ss_list_price'])}00` }),
  ]
  for (const form of forms) expect(matchCommit(rows.map(form), sales)).toEqual({ first: 5, last: 5 })
  expect(matchCommit({ rows }, sales)).toEqual({ first: 5, last: 5 })
  expect(matchCommit(new Set(rows), sales)).toEqual({ first: 5, last: 5 })
})

test('tables that were read together must come from one commit', () => {
  const at = (commit: number, table: string): Row[] => [...ledger.at(commit).rows(table)]
  const both = { store_sales_heap: at(7, 'store_sales_heap'), store_returns_heap: at(7, 'store_returns_heap') }
  expect(matchCommit(both, stream)).toEqual({ first: 7, last: 7 })
  expect(matchCommit({ ...both, store_returns_heap: at(8, 'store_returns_heap') }, stream)).toBeUndefined()
  const narrowed = { a: sales.columns(['ss_id']), b: stream.table('store_returns_heap') }
  expect(matchCommit({ a: both.store_sales_heap, b: both.store_returns_heap }, narrowed)).toMatchObject({ first: 7 })
})

test('what some commit explains needs no explanation', () => {
  expect(explainCommit([...ledger.at(5).rows('store_sales_heap')], sales)).toBeUndefined()
})

test.each([true, false])('a table, a stream and tables by name tell of their stream (moving: %s)', (moving) => {
  const state = new NarrowedTable({ ledger, moving }, 'store_sales_heap')
  const source = { ledger, moving, table: () => state }
  for (const target of [state, source, { sales: state }]) {
    expect(sourceOf(target).ledger).toBe(ledger)
    expect(sourceOf(target).moving).toBe(moving)
  }
  expect(sourceOf({ ledger, table: () => state }).moving).toBe(moving)
  expect(() => sourceOf({}).ledger).toThrow(cdcError('ERR_CDC_OPTIONS', 'table', 'stream'))
})

test.each([
  ['no rows at all', 5, sales, ['rows', '`pg`', 'got number']],
  ['a promise', Promise.resolve([]), sales, ['rows', '`await expect(() => rows).toConvergeTo(table)`']],
  ['values instead of rows', [1, 2], sales, ['rows', 'number among']],
  ['a row without a column', [{ ss_id: 1 }], sales, ['row 1', '`ss_sold_date_sk`', 'ss_id']],
  ['a column that is not there', [], sales.columns(['ss_idd']), ['column', '`ss_idd`']],
  ['a sum of no number', [], stream.table('store_sales_heap').aggregate({ sum: ['x'] }), ['column', '`x`']],
  ['a table that is not there', [], stream.table('store_sale'), ['table', '`store_sale`']],
  ['rows without the names of tables', [], stream, ['object', 'rows']],
  ['rows of one table for a stream', [{ ss_id: 1 }], stream, ['object', 'rows']],
  ['no tables', {}, stream, ['object', 'rows']],
  ['nothing for a stream', null, stream, ['object', 'rows']],
  ['rows of a table that is not asked for', { a: [] }, { b: sales }, ['table', '`a`', 'undefined']],
])('refuses %s', (_, rows, target, named) => {
  expect(() => matchCommit(rows, target)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
})

test('refuses commits that were not made', () => {
  expect(() => matchCommit([], sales, { since: 13 })).toThrow(cdcError('ERR_CDC_OPTIONS', '`since`', 0, 12))
  expect(() => matchCommit([], sales, { until: -1 })).toThrow(cdcError('ERR_CDC_OPTIONS', '`until`', 0, 12, '`-1`'))
  expect(() => matchCommit([], sales, { since: 1.5 })).toThrow(cdcError('ERR_CDC_OPTIONS', '`since`', 0, 12))
})
