import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../src/tables/random.js'
import { impliedTaxPercent, reviseSale } from '../../src/tables/revise-sale.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { runs, saleImages, seeds, versions } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { foreignNumbers, laterVersions, MOST_CENTS, Revisions } from '../support/revisions.js'
import { cellsOf } from '../support/row-rules.js'
import { saleIdentities } from '../support/sale-rules.js'

const revisions = new Revisions(storeSales, saleIdentities)

test('no identity breaks that held before, whatever the row was', () => {
  const property = fc.property(seeds(), saleImages(), foreignNumbers(), laterVersions(), (...revision) => {
    expect(revisions.newlyBroken(...revision)).toEqual([])
  })
  fc.assert(property, runs(2000))
})

test('every amount fits its column, and kept columns are kept', () => {
  const property = fc.property(
    seeds(),
    saleImages(),
    foreignNumbers(),
    laterVersions(),
    (seed, image, number, version) => {
      const cells = revisions.of(seed, image, number, version)
      expect(revisions.wrongColumns(image, cells)).toEqual([])
    },
  )
  fc.assert(property, runs(2000))
})

/** Sales as somebody else may have written them: all rules hold, prices up to what an amount can be. */
const soundSales = fc
  .record({
    quantity: fc.integer({ min: 1, max: 120 }),
    wholesale: fc.integer({ min: 1, max: 80_000 }),
    markup: fc.integer({ min: 0, max: 100 }),
    discount: fc.integer({ min: 0, max: 100 }),
    coupon: fc.integer({ min: 0, max: 100 }),
    tax: fc.integer({ min: 0, max: 25 }),
  })
  .map(({ quantity, wholesale, markup, discount, coupon, tax }) => {
    const list = Math.trunc((wholesale * (100 + markup)) / 100)
    const sales = Math.trunc((list * (100 - discount)) / 100)
    const couponAmount = Math.trunc((quantity * sales * coupon) / 100)
    const paid = quantity * sales - couponAmount
    const taxAmount = Math.trunc((paid * tax) / 100)
    const extended = [quantity * (list - sales), quantity * sales, quantity * wholesale, quantity * list]
    const rest = [taxAmount, couponAmount, paid, paid + taxAmount, paid - quantity * wholesale]
    return [1, 2_451_000, 1, 2, 3, 4, 5, 6, 7, 8, 9, quantity, wholesale, list, sales, ...extended, ...rest]
  })
  .filter((cells) => cells.slice(12).every((amount) => Math.abs(amount) <= MOST_CENTS))

test('a sound sale stays sound, and its quantity changes with every version', () => {
  const property = fc.property(seeds(), soundSales, foreignNumbers(), versions(), (seed, image, number, version) => {
    expect(revisions.broken(image)).toEqual([])
    const [before, after] = [version, version + 1].map((v) => (v === 0 ? image : revisions.of(seed, image, number, v)))
    expect(revisions.broken(after!)).toEqual([])
    if (Math.max(...image.slice(12, 15)) * 4 <= MOST_CENTS) expect(after![11]).not.toBe(before![11])
    expect(after![11]).toBeGreaterThanOrEqual(1)
    expect(after![11]).toBeLessThanOrEqual(100)
  })
  fc.assert(property, runs(3000))
})

test('an image of our own keeps its tax percent', () => {
  const source = storeSales.rows(rowContext({ seed: 77, nulls: 'none' }))
  for (let number = 1; number <= 500; number++) {
    const image = cellsOf(storeSales, source, number, 0)
    const [paid, tax] = [image[21] as number, image[19] as number]
    const percent = impliedTaxPercent(paid, tax)
    if (percent === null) continue
    expect(Math.trunc((paid * percent) / 100)).toBe(tax)
    const after = revisions.of(3, image, -number, 1)
    expect(after[19]).toBe(Math.trunc(((after[21] as number) * percent) / 100))
  }
})

test('a version is computed without the versions before it', () => {
  const calls = fc.array(fc.tuple(foreignNumbers(), laterVersions()))
  const property = fc.property(saleImages(), calls, (image, revised) => {
    const random = new Random(1, 'update of a sale')
    for (const [number, version] of revised) {
      const cells = [...image]
      reviseSale(cells, random, number, version)
      expect(cells).toEqual(revisions.of(1, image, number, version))
    }
  })
  fc.assert(property, runs(300))
})

test.for([
  [1000, 90, 9],
  [1000, 0, 0],
  [3, 1, 34],
  [0, 0, null],
  [-5, 0, null],
  [100, 101, null],
  [100, -1, null],
  [null, 5, null],
  [100, null, null],
] as const)('of %s with a tax of %s, the percent is %s', ([amount, tax, percent]) => {
  expect(impliedTaxPercent(amount, tax)).toBe(percent)
})
