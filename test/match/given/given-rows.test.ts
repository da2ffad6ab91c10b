import { expect, test } from 'vitest'
import { OptionsError } from '../../../src/errors.js'
import type { Row } from '../../../src/ledger/change.js'
import { matchCommit } from '../../../src/match/rows/match-commit.js'
import { arrowWords } from '../../support/arrow-words.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { orders } from '../../support/orders.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'

const ledger = ledgerAt(planInput({ tables: [orders], batchSize: 20 }), () => 6)
const table = tablesOf(ledger).table('orders')
const rows: Row[] = [...ledger.at(5).rows('orders')]
const same = { first: 5, last: 5 }

const renamed = (rename: (name: string) => string): Record<string, unknown>[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [rename(name), value])))

test.each<readonly [string, (name: string) => string]>([
  ['in upper case', (name) => name.toUpperCase()],
  ['in camel case', (name) => `${name[0]!.toUpperCase()}${name.slice(1)}`],
  ['with a prefix', (name) => `orders.${name}`],
  ['translated', (name) => ({ id: 'number', day: 'date' })[name] ?? name],
])('takes rows whose names are %s, if told so', (_, rename) => {
  const given = renamed(rename)
  expect(() => matchCommit(given, table)).toThrow(OptionsError)
  expect(matchCommit(given, table.named(rename))).toEqual(same)
  expect(matchCommit(given, table.named(rename).columns(['id', 'paid']))).toEqual(same)
  expect(matchCommit(given, table.columns(['day', 'id']).named(rename))).toEqual(same)
  expect(
    matchCommit(
      given,
      table.named(rename).where(({ id }) => Number(id) > 0),
    ),
  ).toEqual(same)
  // The last word counts.
  expect(matchCommit(given, table.named(() => 'nothing').named(rename))).toEqual(same)
})

test('names apply to what an aggregate makes, too', () => {
  const counted = table.aggregate({ by: ['paid'], count: 'lines' })
  const lines = (paid: boolean): number => rows.filter((row) => row['paid'] === paid).length
  const groups = [true, false].filter((paid) => lines(paid) > 0).map((paid) => ({ PAID: paid, LINES: lines(paid) }))
  expect(
    matchCommit(
      groups,
      counted.named((name) => name.toUpperCase()),
    )?.last,
  ).toBe(5)
})

test.each([
  ['upper case', (name: string) => name.toUpperCase()],
  ['camel case', (name: string) => name.replace('i', 'I')],
  ['underscores', (name: string) => `${name}_`],
])('says how to tell names in %s', (_, rename) => {
  expect(() => matchCommit(renamed(rename), table)).toThrow('table.named(')
  expect(() => matchCommit([{ other: 1 }], table)).toThrow('table.columns(')
})

const fields = [{ name: 'id', columnType: 8 }, { name: 'place' }]

test.each<readonly [string, unknown]>([
  ['[rows, fields] of mysql2', [rows, fields]],
  ['[rows, fields] without rows', [[], fields]],
  ['[rows, fields] with rows as arrays', [rows.map((row) => Object.values(row)), fields]],
  ['[rows, result] of Sequelize', [rows, { rows, rowCount: rows.length }]],
  ['[rows] of BigQuery', [rows]],
  ['[rows, fields] where the names are another', [renamed((name) => name.toUpperCase()), fields]],
])('says that %s is not the rows, and what is', (_, given) => {
  expect(() => matchCommit(given, table)).toThrow(/Pass its first element/)
})

test('results of several statements are not rows', () => {
  const results = [
    { rows: [], fields: [], rowCount: null },
    { rows, fields, rowCount: rows.length },
  ]
  expect(() => matchCommit(results, table)).toThrow('Expected the rows of one statement')
})

test('two rows as arrays are two rows', () => {
  const two = rows.slice(0, 2).map((row) => Object.values(row))
  expect(matchCommit(two, table)).toBeUndefined()
  expect(
    matchCommit(
      [...rows].map((row) => Object.values(row)),
      table,
    ),
  ).toEqual(same)
})

test.each<readonly [string, unknown, string]>([
  ['a reader of DuckDB', new (class DuckDBResultReader {})(), 'DuckDBResultReader'],
  ['nothing', null, 'null'],
  ['a table without a prototype', Object.create(null), 'object'],
])('names what it got: %s', (_, given, name) => {
  expect(() => matchCommit(given, table)).toThrow(`got ${name}`)
})

test('takes a table of Arrow, whose decimals have a scale of their own', () => {
  const given = rows.map(({ id, weight }) => ({
    id,
    weight: weight === null ? null : arrowWords(BigInt(`${String(weight).replace('.', '')}00`), 4),
  }))
  const target = table.columns(['id', 'weight'])
  const type = { scale: 6, precision: 18 }
  const schema = {
    fields: [
      { name: 'id', type: {} },
      { name: 'weight', type },
    ],
  }
  expect(matchCommit(Object.assign([...given], { schema }), target)).toEqual(same)
  expect(matchCommit(given, target)).toBeUndefined()
})
