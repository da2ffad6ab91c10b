import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { rowNumbers, runs, seeds, versions } from '../support/arbitraries.js'
import { rowContext } from '../support/plan-inputs.js'
import { returnDraws, returnIdentities, returnOfSale } from '../support/return-rules.js'
import { brokenRules, cellsOf, named } from '../support/row-rules.js'

const { columns } = storeReturns
const rules = [...returnIdentities, ...returnDraws]
const nulls = fc.constantFrom('tpcds', 'none')

test('every rule on money holds in every version', () => {
  const property = fc.property(seeds(), rowNumbers(), versions(), nulls, (seed, number, version, nulls) => {
    const cells = cellsOf(storeReturns, storeReturns.rows(rowContext({ seed, nulls })), number, version)
    expect(brokenRules(rules, named(storeReturns, cells))).toEqual([])
    if (nulls === 'none') expect(cells).not.toContain(null)
  })
  fc.assert(property, runs(5000))
})

test('a return belongs to its sale, in any version of both', () => {
  const both = fc.tuple(versions(), versions())
  const property = fc.property(seeds(), rowNumbers(), both, nulls, (seed, number, [sold, returned], nulls) => {
    const context = rowContext({ seed, nulls })
    const sale = named(storeSales, cellsOf(storeSales, storeSales.rows(context), number, sold))
    const row = named(storeReturns, cellsOf(storeReturns, storeReturns.rows(context), number, returned))
    expect(brokenRules(returnOfSale, { ...sale, ...row })).toEqual([])
  })
  fc.assert(property, runs(5000))
})

test('a row that breaks a rule is told', () => {
  const context = rowContext({ nulls: 'none', seed: 3 })
  const sale = named(storeSales, cellsOf(storeSales, storeSales.rows(context), 1, 0))
  const row = named(storeReturns, cellsOf(storeReturns, storeReturns.rows(context), 1, 0))
  for (const { name, type } of columns) {
    if (type.startsWith('numeric')) {
      expect(brokenRules(rules, { ...row, [name]: (row[name] as number) + 1 }), name).not.toEqual([])
    }
  }
  for (const name of ['sr_item_sk', 'sr_ticket_number', 'sr_return_amt']) {
    expect(brokenRules(returnOfSale, { ...sale, ...row, [name]: (row[name] as number) + 1 }), name).not.toEqual([])
  }
  const sold = row['sr_return_quantity'] as number
  expect(brokenRules(returnOfSale, { ...sale, ...row, ss_quantity: sold - 1 })).toHaveLength(1)
})

test('an UPDATE changes the fee, keeps what it does not compute, and leaves no NULL in what it does', () => {
  const property = fc.property(seeds(), rowNumbers(), versions(), (seed, number, version) => {
    const source = storeReturns.rows(rowContext({ seed }))
    const [inserted, before, after] = [0, version, version + 1].map((v) => cellsOf(storeReturns, source, number, v))
    const wrong = columns.filter(({ recomputed }, index) =>
      recomputed ? after![index] === null : after![index] !== inserted![index],
    )
    expect(wrong).toEqual([])
    expect(after![15]).not.toBe(before![15])
  })
  fc.assert(property, runs(2000))
})

test('the quantity is redrawn from 1 to what was returned first', () => {
  const source = storeReturns.rows(rowContext({ nulls: 'none', seed: 5 }))
  for (let number = 1; number <= 100; number++) {
    const first = cellsOf(storeReturns, source, number, 0)[11] as number
    const drawn = new Set(
      Array.from({ length: 20 * first }, (_, i) => cellsOf(storeReturns, source, number, i + 1)[11] as number),
    )
    expect([...drawn].toSorted((a, b) => a - b)).toEqual(Array.from({ length: first }, (_, i) => i + 1))
  }
})

test('the fee walks through all fees', () => {
  const source = storeReturns.rows(rowContext({ nulls: 'none' }))
  const fees = new Set(Array.from({ length: 9951 }, (_, version) => cellsOf(storeReturns, source, 3, version)[15]))
  expect(fees.size).toBe(9951)
})

test('a version is computed without the versions before it', () => {
  const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), versions()), { minLength: 2, maxLength: 20 })
  const property = fc.property(seeds(), calls, (seed, calls) => {
    const context = rowContext({ seed })
    const one = storeReturns.rows(context)
    for (const [number, version] of calls) {
      const alone = cellsOf(storeReturns, storeReturns.rows(context), number, version)
      expect(cellsOf(storeReturns, one, number, version)).toEqual(alone)
    }
  })
  fc.assert(property, runs(300))
})
