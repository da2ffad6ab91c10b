import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../../src/plan/batch.js'
import { openBatches } from '../../../src/plan/batch-source.js'
import { Planner } from '../../../src/plan/planner.js'
import { hazards, overlaps, ratios, runs, seeds } from '../../support/arbitraries.js'
import { FamilyChecker, relatedTables, relations } from '../../support/families.js'
import { planInput, type PlanOptions } from '../../support/plan-inputs.js'

const options = (): fc.Arbitrary<PlanOptions> =>
  fc.record({
    tables: relations().map(relatedTables),
    batchSize: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })),
    ratio: ratios(),
    hazards: fc.option(hazards(), { nil: undefined, freq: 2 }),
    seed: seeds(),
    baselineRows: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 60 })),
    foreign: fc.oneof(fc.constant([]), fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30))),
  })

test('at every commit no row is without its parent or points at nothing, and no batch is short', () => {
  const property = fc.property(options(), fc.integer({ min: 1, max: 40 }), (given, count) => {
    const input = planInput(given)
    const checker = new FamilyChecker(input)
    const planner = new Planner(input)
    for (let commit = 1; commit <= count; commit++) {
      const batch = planner.next()
      expect(checker.problems(batch)).toEqual([])
      const changes = batch.runs.reduce((sum, { numbers }) => sum + numbers.length, 0)
      expect(changes).toBe(input.batchSize * input.tables.length)
    }
  })
  fc.assert(property, runs(100))
})

test('also where transactions overlap', () => {
  const property = fc.property(options(), overlaps(), (given, overlap) => {
    const input = planInput({ ...given, overlap })
    const checker = new FamilyChecker(input)
    const source = openBatches(input)
    const batches: Batch[] = Array.from({ length: 30 }, () => source.next())
    expect(batches.flatMap((batch) => checker.problems(batch))).toEqual([])
  })
  fc.assert(property, runs(60))
})
