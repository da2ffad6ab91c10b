import fc from 'fast-check'
import { storeSales } from '../../src/tables/store-sales.js'

const sale = fc.record(
  Object.fromEntries(
    storeSales.columns.map(({ name, type }) => [
      name,
      type.startsWith('numeric')
        ? fc.integer({ min: 0, max: 2_000_000 }).map((cents) => (cents / 100).toFixed(2))
        : fc.integer({ min: 1, max: 1_920_800 }),
    ]),
  ),
)

/** So many objects of the shape of store_sales_heap, every column drawn by itself. */
export function sampleSales(count: number): unknown[] {
  return fc.sample(sale, { numRuns: count, seed: 1 })
}
