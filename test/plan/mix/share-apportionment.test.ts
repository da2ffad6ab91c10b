import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../../src/plan/batch.js'
import { ratios, runs, seeds } from '../../support/arbitraries.js'
import { planInput, type PlanOptions, type TableSet } from '../../support/plan-inputs.js'
import { planBatches } from '../../support/planned-batches.js'
import { SHARE_BOUND, SHARE_BOUND_OF_EMPTY_TABLES, ShareChecker } from '../../support/share-problems.js'

function problemsOf(
  options: PlanOptions,
  count: number,
  bound: number,
  change = (batch: Batch): Batch => batch,
): string[] {
  const input = planInput(options)
  const checker = new ShareChecker(input)
  return planBatches(input, count).flatMap((batch) => checker.problems(change(batch), bound))
}

const shapes = fc.record({
  tables: fc.constantFrom<TableSet>('both', 'sales', 'returns'),
  batchSize: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 400 })),
  seed: seeds(),
  ratio: ratios().filter((ratio) => ratio !== undefined),
})

test('the counts of empty tables stay at their shares', () => {
  const property = fc.property(shapes, fc.nat(60), (options, baselineRows) => {
    expect(problemsOf({ ...options, baselineRows }, 60, SHARE_BOUND_OF_EMPTY_TABLES)).toEqual([])
  })
  fc.assert(property, runs(120))
})

test('the counts of tables that hold rows stay within the bound', () => {
  const existing = fc.oneof(fc.nat(5), fc.nat(100), fc.nat(1000))
  const property = fc.property(shapes, fc.tuple(existing, existing), fc.nat(60), (options, foreign, baselineRows) => {
    expect(problemsOf({ ...options, foreign, baselineRows }, 60, SHARE_BOUND)).toEqual([])
  })
  fc.assert(property, runs(120))
})

// The plans that come nearest to the bound: small batches that delete as much as they insert, and returns that stood
// there before, whose DELETEs take no sale with them.
test.for<[number, number, number, number]>([
  [3, 13, 3, 741114123],
  [1, 26, 1, 83880822],
  [1, 16, 37, 4074116817],
  [19, 35, 1196, 2120043819],
])('batches of %d with %d %% DELETEs on %d returns stay within the bound', ([batchSize, percent, returns, seed]) => {
  const ratio = { insert: percent, update: 100 - 2 * percent, delete: percent }
  const options = { batchSize, ratio, foreign: [0, returns], seed }
  expect(problemsOf(options, 5000, SHARE_BOUND)).toEqual([])
  expect(problemsOf(options, 5000, 1)).not.toEqual([])
})

test.for([200, 3000, 10_000])('the usual mixes in batches of %d stay at their shares', (batchSize) => {
  for (const [insert, update, deleted] of [
    [70, 20, 10],
    [40, 20, 40],
    [10, 80, 10],
    [50, 0, 50],
    [0, 100, 0],
    [100, 0, 0],
  ]) {
    const ratio = { insert: insert!, update: update!, delete: deleted! }
    expect(problemsOf({ batchSize, ratio }, 8, SHARE_BOUND_OF_EMPTY_TABLES)).toEqual([])
    expect(problemsOf({ batchSize, ratio, foreign: [700, 500] }, 8, SHARE_BOUND)).toEqual([])
  }
})

test('counts that leave their shares are told', () => {
  const options: PlanOptions = { batchSize: 50, ratio: { insert: 70, update: 20, delete: 10 } }
  const dropped = problemsOf(options, 40, SHARE_BOUND, (batch) => ({
    ...batch,
    runs: batch.runs.filter(({ kind, table }) => kind !== 'delete' || table !== 0 || batch.commit % 3 > 0),
  }))
  expect(dropped.join('\n')).toMatch(/store_sales_heap: \d+ of delete in \d+/)
  expect(dropped.join('\n')).toMatch(/all tables: \d+ of delete in \d+/)
  expect(dropped.join('\n')).not.toMatch(/store_returns_heap/)
})
