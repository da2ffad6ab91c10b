import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SaleLines } from '../../src/tables/sale-lines.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { rowNumbers, runs, seeds, versions } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { brokenRules, cellsOf, named } from '../support/row-rules.js'
import { saleDraws, saleIdentities } from '../support/sale-rules.js'

const { columns } = storeSales
const rules = [...saleIdentities, ...saleDraws]
const nulls = fc.constantFrom('tpcds', 'none')

test('every rule on money holds in every version', () => {
  const property = fc.property(seeds(), rowNumbers(), versions(), nulls, (seed, number, version, nulls) => {
    const cells = cellsOf(storeSales, storeSales.rows(rowContext({ seed, nulls })), number, version)
    expect(brokenRules(rules, named(storeSales, cells))).toEqual([])
    if (nulls === 'none') expect(cells).not.toContain(null)
  })
  fc.assert(property, runs(5000))
})

test('a row that breaks a rule is told', () => {
  const row = named(storeSales, cellsOf(storeSales, storeSales.rows(rowContext({ nulls: 'none' })), 1, 0))
  for (const { name, type } of columns) {
    if (!type.startsWith('numeric')) continue
    expect(brokenRules(rules, { ...row, [name]: (row[name] as number) + 1 }), name).not.toEqual([])
  }
  expect(brokenRules(rules, { ...row, ss_quantity: 101 })).not.toEqual([])
  expect(brokenRules(rules, { ...row, ss_sold_time_sk: 28_799 })).toHaveLength(1)
})

test('an UPDATE changes the quantity, keeps what it does not compute, and leaves no NULL in what it does', () => {
  const property = fc.property(seeds(), rowNumbers(), versions(), (seed, number, version) => {
    const source = storeSales.rows(rowContext({ seed }))
    const [inserted, before, after] = [0, version, version + 1].map((v) => cellsOf(storeSales, source, number, v))
    const wrong = columns.filter(({ recomputed }, index) =>
      recomputed ? after![index] === null : after![index] !== inserted![index],
    )
    expect(wrong).toEqual([])
    expect(after![11]).not.toBe(before![11])
  })
  fc.assert(property, runs(2000))
})

test('the first version has its NULLs in the same columns, whatever happens to the row', () => {
  const masked = rowContext({ seed: 8 })
  const known = rowContext({ seed: 8, nulls: 'none' })
  const [withNulls, without] = [storeSales.rows(masked), storeSales.rows(known)]
  for (let number = 1; number <= 2000; number++) {
    const cells = cellsOf(storeSales, withNulls, number, 0)
    const all = cellsOf(storeSales, without, number, 0)
    expect(cells.map((cell, index) => (cell === null && ![0, 3, 10].includes(index) ? null : all[index]))).toEqual(
      cells,
    )
  }
})

test('the quantity walks through everything from what may be returned to 100', () => {
  const property = fc.property(seeds(), rowNumbers(), (seed, number) => {
    const context = rowContext({ seed, nulls: 'none' })
    const line = new SaleLines(context)
    line.load(number)
    const range = 101 - line.returnQuantity
    const source = storeSales.rows(context)
    const walk = Array.from({ length: range }, (_, v) => cellsOf(storeSales, source, number, v)[11] as number)
    expect(walk.toSorted((a, b) => a - b)).toEqual(Array.from({ length: range }, (_, i) => line.returnQuantity + i))
    expect(cellsOf(storeSales, source, number, range)[11]).toBe(walk[0])
  })
  fc.assert(property, runs(100))
})

test('the coupon is redrawn with every version, used in one of five', () => {
  const source = storeSales.rows(rowContext({ nulls: 'none' }))
  const percents = new Set<number>()
  let used = 0
  for (let version = 1; version <= 5000; version++) {
    const row = named(storeSales, cellsOf(storeSales, source, 12, version)) as Record<string, number>
    if (row['ss_coupon_amt']! > 0) used += 1
    percents.add(Math.round((100 * row['ss_coupon_amt']!) / row['ss_ext_sales_price']!))
  }
  // 99 of 100 coupons that are used are above 0 %.
  expect(used / 5000).toBeCloseTo(0.2 * 0.99, 1)
  expect(percents.size).toBeGreaterThan(95)
})

test('a version is computed without the versions before it', () => {
  const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), versions()), { minLength: 2, maxLength: 20 })
  const property = fc.property(seeds(), calls, (seed, calls) => {
    const context = rowContext({ seed })
    const one = storeSales.rows(context)
    for (const [number, version] of calls) {
      const alone = cellsOf(storeSales, storeSales.rows(context), number, version)
      expect(cellsOf(storeSales, one, number, version)).toEqual(alone)
    }
  })
  fc.assert(property, runs(300))
})
