import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fingerprint } from '../../src/ledger/fingerprint.js'
import type { Cell } from '../../src/tables/column.js'
import { runs } from '../support/arbitraries.js'

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.integer(),
  fc.integer({ min: -3, max: 3 }),
  fc.maxSafeInteger(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
)
const row = fc.array(cell, { minLength: 4, maxLength: 4 })
const rows = fc.array(row, { maxLength: 20 })

function fingerprintOf(rows: readonly (readonly Cell[])[]): string {
  const fingerprint = new Fingerprint()
  for (const cells of rows) fingerprint.add(cells)
  return fingerprint.toString()
}

test('is 32 hexadecimal digits, zeros for no rows', () => {
  expect(fingerprintOf([])).toBe('0'.repeat(32))
  expect(fingerprintOf([[1, 'x', null]])).toMatch(/^[0-9a-f]{32}$/)
})

test('does not depend on the order of rows, nor on the way there', () => {
  const property = fc.property(rows, rows, fc.nat(20), (kept, passing, place) => {
    const fingerprint = new Fingerprint()
    for (const cells of kept.slice(place)) fingerprint.add(cells)
    for (const cells of passing) fingerprint.add(cells)
    for (const cells of kept.slice(0, place).toReversed()) fingerprint.add(cells)
    for (const cells of passing.toReversed()) fingerprint.subtract(cells)
    expect(fingerprint.toString()).toBe(fingerprintOf(kept))
  })
  fc.assert(property, runs(500))
})

test('differs when a cell differs', () => {
  const property = fc.property(rows, row, fc.nat(3), cell, (others, cells, column, other) => {
    fc.pre(cells[column] !== other)
    const changed = cells.map((value, i) => (i === column ? other : value))
    expect(fingerprintOf([...others, changed])).not.toBe(fingerprintOf([...others, cells]))
  })
  fc.assert(property, runs(3000))
})

test('differs when a row is missing, or there twice', () => {
  const property = fc.property(rows, row, (others, cells) => {
    const found = [others, [...others, cells], [...others, cells, cells], [...others, cells, cells, cells]].map(
      fingerprintOf,
    )
    expect(new Set(found).size).toBe(4)
  })
  fc.assert(property, runs(500))
})

test('differs when rows swap cells, or a row swaps columns', () => {
  const property = fc.property(row, row, fc.nat(3), (a, b, column) => {
    fc.pre(a[column] !== b[column] && a.some((value, i) => i !== column && value !== b[i]))
    const swap = (from: Cell[], to: Cell[]): Cell[] => from.map((value, i) => (i === column ? to[i]! : value))
    expect(fingerprintOf([swap(a, b), swap(b, a)])).not.toBe(fingerprintOf([a, b]))
  })
  fc.assert(property, runs(1000))
  expect(fingerprintOf([[1, 2]])).not.toBe(fingerprintOf([[2, 1]]))
})

test.for<[string, Cell, Cell]>([
  ['NULL and the number it could be taken for', null, 0x7f4a7c15],
  ['NULL and 0', null, 0],
  ['NULL and nothing', null, ''],
  ['NULL and its name', null, 'null'],
  ['true and its name', true, 'true'],
  ['true and false', true, false],
  ['numbers that are the same in 32 bits', 1, 1 + 2 ** 32],
  ['a number and its negative', 2 ** 40, -(2 ** 40)],
  ['texts that begin the same', 'abc', 'abd'],
])('tells %s apart', ([, a, b]) => {
  expect(fingerprintOf([[1, a]])).not.toBe(fingerprintOf([[1, b]]))
})

test('20,000 rows that differ in one cell have 20,000 fingerprints', () => {
  const found = new Set(Array.from({ length: 20_000 }, (_, i) => fingerprintOf([[7, i * 100, 'x']])))
  expect(found.size).toBe(20_000)
})
