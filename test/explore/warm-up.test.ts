import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findWarmUp } from '../../src/explore/warm-up.js'
import { countChanges } from '../../src/plan/batch.js'
import { openBatches } from '../../src/plan/batch-source.js'
import { planOptions, runs } from '../support/arbitraries.js'
import { clockedTable } from '../support/clocked-tables.js'
import { planInput } from '../support/plan-inputs.js'

test('the commit after the first ones holds each kind that the mix has, or what it lacks is said', () => {
  const property = fc.property(planOptions(), fc.integer({ min: 1, max: 40 }), (options, batches) => {
    const input = planInput(options)
    const warmUp = findWarmUp(input, batches, false)
    expect(warmUp === undefined).toBe(batches === 1)
    if (batches === 1) return
    const { commits, lacks } = warmUp!
    expect(commits).toBeGreaterThanOrEqual(1)
    expect(commits).toBeLessThan(batches)
    const source = openBatches(input)
    for (let commit = 1; commit <= commits; commit++) source.next()
    const counts = countChanges(source.next())
    const { mix } = input
    for (const kind of ['insert', 'update', 'delete'] as const) {
      const isWanted = mix.kind === 'windows' || mix[kind] > 0
      expect(lacks.includes(kind)).toBe(isWanted && counts[kind] === 0)
    }
  })
  fc.assert(property, runs(50))
})

test('a late commit brings rows below those that were there', () => {
  const overlap = { lateCommit: 0.5, longTransaction: 0, rollback: 0, writers: 1 }
  const property = fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
    const input = planInput({ seed, batchSize: 20, ratio: { insert: 1 }, overlap })
    const warmUp = findWarmUp(input, 50, true)
    if (!warmUp) return
    const source = openBatches(input)
    let highest = 0
    for (let commit = 1; commit <= warmUp.commits; commit++) {
      for (const { numbers } of source.next().runs) highest = Math.max(highest, ...numbers)
    }
    const late = source.next().runs.flatMap(({ numbers }) => [...numbers])
    expect(Math.min(...late)).toBeLessThan(highest)
  })
  fc.assert(property, runs(50))
})

test('a late commit has an older stamp than one before, where a clock steps back', () => {
  let missed = 0
  const property = fc.property(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 1, max: 3 }),
    (seed, resolution) => {
      const tables = [clockedTable({ order: 'jitter', resolution })]
      const input = planInput({ seed, batchSize: 20, tables, ratio: { insert: 60, update: 40 } })
      const warmUp = findWarmUp(input, 50, true)
      // Fifty commits without a step back are rare.
      if (!warmUp) return void (missed += 1)
      const source = openBatches(input)
      let latest = 0
      for (let commit = 1; commit <= warmUp.commits; commit++) {
        for (const { times = [] } of source.next().runs) latest = Math.max(latest, ...times)
      }
      const fresh = source.next().runs.flatMap(({ times = [] }) => times)
      expect(Math.min(...fresh)).toBeLessThan(latest)
    },
  )
  fc.assert(property, runs(50))
  expect(missed).toBeLessThan(5)
  expect(findWarmUp(planInput({ tables: [clockedTable({})], batchSize: 20 }), 50, true)).toBeUndefined()
})

test('without late commits there is none that comes late', () => {
  expect(findWarmUp(planInput({ batchSize: 20 }), 50, true)).toBeUndefined()
})
