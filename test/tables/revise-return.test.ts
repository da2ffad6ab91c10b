import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '../../src/tables/column.js'
import { Random } from '../../src/tables/random.js'
import { reviseReturn } from '../../src/tables/revise-return.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { returnImages, runs, seeds, versions } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { returnIdentities } from '../support/return-rules.js'
import { brokenRules, cellsOf, named } from '../support/row-rules.js'

const { columns } = storeReturns
const MOST_CENTS = 9_999_999
const numbers = fc.integer({ min: -10_000, max: -1 })
const laterVersions = versions().map((version) => version + 1)

function revised(seed: number, image: readonly Cell[], number: number, version: number): Cell[] {
  const cells = [...image]
  storeReturns.rows(rowContext({ seed })).revise!(cells, number, version)
  return cells
}

const broken = (cells: readonly Cell[]): string[] =>
  brokenRules(returnIdentities, named(storeReturns, cells)).map((problem) => problem.split(':')[0]!)

test('no identity breaks that held before, whatever the row was', () => {
  const property = fc.property(seeds(), returnImages(), numbers, laterVersions, (seed, image, number, version) => {
    const before = broken(image)
    const after = broken(revised(seed, image, number, version))
    expect(after.filter((rule) => !before.includes(rule))).toEqual([])
  })
  fc.assert(property, runs(2000))
})

test('every amount fits its column, kept columns are kept, and no more is returned than before', () => {
  const property = fc.property(seeds(), returnImages(), numbers, laterVersions, (seed, image, number, version) => {
    const cells = revised(seed, image, number, version)
    const wrong = columns.filter(({ type, recomputed }, i) => {
      const cell = cells[i] as number | null
      if (!recomputed && cell !== image[i]) return true
      if (cell === null) return image[i] !== null
      return !Number.isSafeInteger(cell) || (type === 'numeric(7,2)' && Math.abs(cell) > MOST_CENTS)
    })
    expect(wrong).toEqual([])
    if (image[11] === null) expect(cells[11]).toBeNull()
    else expect(cells[11]).toBeLessThanOrEqual(image[11] as number)
  })
  fc.assert(property, runs(2000))
})

test('a return of our own stays sound: price of a piece, fee that changes, tax percent', () => {
  const property = fc.property(seeds(), fc.integer({ min: 1, max: 1e6 }), versions(), (seed, number, version) => {
    const image = cellsOf(storeReturns, storeReturns.rows(rowContext({ seed: 99, nulls: 'none' })), number, 0)
    const [before, after] = [version, version + 1].map((v) => (v === 0 ? image : revised(seed, image, -1, v)))
    expect(broken(after!)).toEqual([])
    expect((after![12] as number) * (image[11] as number)).toBe((image[12] as number) * (after![11] as number))
    expect((after![16] as number) * (image[11] as number)).toBe((image[16] as number) * (after![11] as number))
    expect(after![15]).not.toBe(before![15])
    expect(after![15]).toBeGreaterThanOrEqual(50)
    expect(after![15]).toBeLessThanOrEqual(10_000)
  })
  fc.assert(property, runs(1000))
})

test('the quantity of a return with NULLs is kept where the price of a piece is not known', () => {
  const image = cellsOf(storeReturns, storeReturns.rows(rowContext({ nulls: 'none' })), 1, 0)
  for (const column of [11, 12, 16]) {
    const masked = image.map((cell, i) => (i === column ? null : cell))
    for (let version = 1; version < 20; version++) {
      const cells = revised(1, masked, -1, version)
      expect(cells.slice(11, 15)).toEqual(masked.slice(11, 15))
      expect(cells[15]).not.toBe(masked[15])
    }
  }
})

test('a version is computed without the versions before it', () => {
  const property = fc.property(returnImages(), fc.array(fc.tuple(numbers, laterVersions)), (image, calls) => {
    const random = new Random(1, 'update of a return')
    for (const [number, version] of calls) {
      const cells = [...image]
      reviseReturn(cells, random, number, version)
      expect(cells).toEqual(revised(1, image, number, version))
    }
  })
  fc.assert(property, runs(300))
})
