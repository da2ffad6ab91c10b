import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ledgerAt } from '../support/ledger-at.js'
import type { Verification } from '../../src/ledger/verification.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import type { PgValue } from '../../src/tables/column.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { textOf } from '../support/copy-format.js'
import { MemoryReader, type StoredRows } from '../support/memory-reader.js'
import { NaiveTables } from '../support/naive-tables.js'
import { ownTable } from '../support/own-table.js'
import { planInput, type PlanOptions } from '../support/plan-inputs.js'
import { planBatches } from '../support/planned-batches.js'

/** What a database holds after some commits. */
function storedAfter(input: PlanInput, commits: number): Record<string, PgValue[][]> {
  const model = new NaiveTables(input)
  for (const batch of planBatches(input, commits)) model.apply(batch)
  return Object.fromEntries(
    input.tables.map(({ definition: { name } }, table) => [
      name,
      [...model.rows(table).values()].map((row) => Object.values(row)),
    ]),
  )
}

const anyTables = fc.oneof(
  planOptions(),
  planOptions().map((options): PlanOptions => ({ ...options, tables: [ownTable] })),
)

test('tables that are what they should be are equal, in whatever order and pieces they come', async () => {
  const commits = fc.integer({ min: 0, max: 8 })
  const chunk = fc.constantFrom(1, 7, 200, 100_000)
  const property = fc.asyncProperty(anyTables, commits, fc.nat(), chunk, async (options, commit, order, longest) => {
    const input = planInput(options)
    const stored = storedAfter(input, commit)
    const verification = await ledgerAt(input, () => 8).verify(new MemoryReader(stored, order, longest), { commit })
    const rows = Object.fromEntries(Object.entries(stored).map(([name, rows]) => [name, rows.length]))
    expect(verification).toEqual({ equal: true, commit, rows, differing: 0, differences: [] })
  })
  await fc.assert(property, runs(60))
})

const input = planInput({ batchSize: 40, ratio: { insert: 50, update: 30, delete: 20 }, foreign: [30, 30], seed: 6 })
const stored = storedAfter(input, 5)
const ledger = ledgerAt(input, () => 5)

/** Verifies tables of which one was changed. */
function verifyWith(table: string, change: (rows: PgValue[][]) => StoredRows): Promise<Verification> {
  const copy = stored[table]!.map((row) => [...row])
  return ledger.verify(new MemoryReader({ ...stored, [table]: change(copy) }, 1))
}

test.for([storeSales, storeReturns])('names a missing row of $name', async ({ name }) => {
  for (const at of [0, 10, stored[name]!.length - 1]) {
    const key = stored[name]![at]![0] as string
    const verification = await verifyWith(name, (rows) => rows.toSpliced(at, 1))
    expect(verification).toMatchObject({
      equal: false,
      commit: 5,
      differing: 1,
      rows: { [name]: stored[name]!.length - 1 },
    })
    expect(verification.differences).toEqual([{ table: name, key, kind: 'missing', columns: [] }])
  }
})

test('names a row that is there twice', async () => {
  const row = stored['store_sales_heap']![7]!
  const verification = await verifyWith('store_sales_heap', (rows) => [...rows, row])
  expect(verification.differences).toEqual([{ table: 'store_sales_heap', key: row[0], kind: 'duplicate', columns: [] }])
})

test('names a row that should not be there: deleted, never inserted, far away, negative', async () => {
  const deleted = [...ledger.changes(4)].find(({ kind, table }) => kind === 'delete' && table === 'store_returns_heap')!
  const highest = Math.max(...stored['store_returns_heap']!.map(([key]) => Number(key)))
  for (const key of [deleted.key, String(highest + 1), '9007199254740000']) {
    const verification = await verifyWith('store_returns_heap', (rows) => [...rows, [key, ...rows[0]!.slice(1)]])
    expect(verification.differences).toEqual([{ table: 'store_returns_heap', key, kind: 'unexpected', columns: [] }])
  }
})

test('tells a missing row from a double one where both happen', async () => {
  const verification = await verifyWith('store_sales_heap', (rows) => [...rows.slice(1), rows[1]!])
  expect(verification.differences.map(({ kind, key }) => `${kind} ${key}`).toSorted()).toEqual([
    `duplicate ${String(stored['store_sales_heap']![1]![0])}`,
    `missing ${String(stored['store_sales_heap']![0]![0])}`,
  ])
})

/** Another value of the same type. */
function otherValue(value: PgValue): PgValue {
  if (value === null) return null
  if (typeof value === 'boolean') return !value
  if (value instanceof Date) return new Date(value.getFullYear(), value.getMonth(), value.getDate() + 1)
  if (typeof value === 'number') return value + 1
  return /^-?\d+\.\d+$/.test(value) ? value.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) : `${value}1`
}

test('names the columns of a row that differ, with what they should be and what they are', async () => {
  const tables = fc.constantFrom('store_sales_heap', 'store_returns_heap')
  const property = fc.asyncProperty(
    tables,
    fc.nat(),
    fc.uniqueArray(fc.nat(), { minLength: 1 }),
    async (name, at, places) => {
      const { columns } = input.tables.find(({ definition }) => definition.name === name)!.definition
      const index = at % stored[name]!.length
      const before = stored[name]![index]!
      const changed = before.map((value, column) => {
        const chosen = places.some((place) => 1 + (place % (columns.length - 1)) === column)
        return chosen && value !== null ? (column % 3 === 0 ? null : otherValue(value)) : value
      })
      const verification = await verifyWith(name, (rows) => rows.with(index, changed))
      const differences = columns
        .map((column, i) => ({ column: column.name, expected: textOf(before[i]!), actual: textOf(changed[i]!) }))
        .filter(({ expected, actual }) => expected !== actual)
      const different = { table: name, key: before[0], kind: 'different', columns: differences }
      expect(verification.differences).toEqual(differences.length === 0 ? [] : [different])
    },
  )
  await fc.assert(property, runs(100))
})

test('tells NULL from a value, both ways, and from the text that stands for it', async () => {
  const own = planInput({ tables: [ownTable], batchSize: 200, baselineRows: 100 })
  const rows = storedAfter(own, 1)['own_things']!
  const label = 6
  const [known, unknown] = [rows.findIndex((row) => row[label] !== null), rows.findIndex((row) => row[label] === null)]
  const damaged = rows.map((row, i) =>
    i === known ? row.with(label, null) : i === unknown ? row.with(label, '\\N') : row,
  )
  const verification = await ledgerAt(own, () => 1).verify(new MemoryReader({ own_things: damaged }, 1))
  const columns = (column: number): unknown => [
    { column: 'label', expected: rows[column]![label], actual: damaged[column]![label] },
  ]
  expect(verification.differences.toSorted((a, b) => Number(a.key) - Number(b.key))).toEqual(
    [known, unknown]
      .toSorted((a, b) => a - b)
      .map((i) => ({ table: 'own_things', key: rows[i]![0], kind: 'different', columns: columns(i) })),
  )
})

test('only the first 20 rows are told, all are counted', async () => {
  const verification = await verifyWith('store_sales_heap', (rows) => rows.map((row) => row.with(11, 12_345)))
  expect(verification.differing).toBe(stored['store_sales_heap']!.length)
  expect(verification.differing).toBeGreaterThan(50)
  expect(verification.differences).toHaveLength(20)
  const empty = await verifyWith('store_returns_heap', () => [])
  expect(empty).toMatchObject({ equal: false, differing: stored['store_returns_heap']!.length })
  expect(new Set(empty.differences.map(({ kind }) => kind))).toEqual(new Set(['missing']))
  expect(new Set(empty.differences.map(({ key }) => key)).size).toBe(20)
})

test('rows that stood there before and are not of the sample are not considered', async () => {
  const { maxKey, images } = input.tables[0]!.baseline
  const keys = new Set(images.map(([key]) => key))
  const others = Array.from({ length: maxKey }, (_, i) => i + 1).filter((key) => !keys.has(key))
  expect(others.length).toBeGreaterThan(10)
  const foreign = others.map((key) => [String(key), ...Array<PgValue>(23).fill(null)])
  expect(await verifyWith('store_sales_heap', (rows) => [...rows, ...foreign])).toMatchObject({ equal: true })
})

test('reads the tables one after the other with the filter of their keys, and passes the signal on', async () => {
  const reader = new MemoryReader(stored, 1)
  const { signal } = new AbortController()
  await ledger.verify(reader, { signal })
  expect(reader.signals).toEqual([signal, signal])
})

test('an earlier commit can be verified, too, and a later content is not equal to it', async () => {
  expect(await ledger.verify(new MemoryReader(storedAfter(input, 2), 1), { commit: 2 })).toMatchObject({ equal: true })
  expect(await ledger.verify(new MemoryReader(stored, 1), { commit: 4 })).toMatchObject({ equal: false, commit: 4 })
})

test('an error while reading is passed on', async () => {
  const reader = {
    // oxlint-disable-next-line require-yield
    async *read(): AsyncGenerator<Uint8Array> {
      throw new Error('connection lost')
    },
  }
  await expect(ledger.verify(reader)).rejects.toThrow('connection lost')
})
