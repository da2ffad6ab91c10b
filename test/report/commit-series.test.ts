import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CommitSeries, type CommitPoint } from '../../src/report/commit-series.js'
import { runs } from '../support/arbitraries.js'

const points = (): fc.Arbitrary<CommitPoint[]> =>
  fc.array(
    fc.record({
      at: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 40 })),
      commits: fc.constant(1),
      changes: fc.integer({ min: 0, max: 1000 }),
      busy: fc.integer({ min: 0, max: 100 }),
      slowest: fc.integer({ min: 0, max: 100 }),
      lag: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 200 },
  )

const series = (most: number, given: readonly CommitPoint[]): CommitPoint[] => {
  const made = new CommitSeries(most)
  for (const point of given) made.add(point)
  return made.points()
}

test('a series is bounded, in order, and loses no sum and no extreme', () => {
  fc.assert(
    fc.property(points(), fc.integer({ min: 1, max: 50 }), (given, most) => {
      const kept = series(most, given)
      expect(kept.length).toBeLessThanOrEqual(most)
      expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).sort((a, b) => a - b))
      for (const name of ['commits', 'changes', 'busy'] as const) {
        expect(total(kept, name)).toBe(total(given, name))
      }
      for (const name of ['at', 'slowest', 'lag'] as const) expect(largest(kept, name)).toBe(largest(given, name))
    }),
    runs(200),
  )
})

test('a series does not depend on the order in which its commits came', () => {
  const shuffled = points().chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  )
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 1, max: 50 }), ([given, other], most) => {
      expect(series(most, other)).toEqual(series(most, given))
    }),
    runs(200),
  )
})

test('as long as there is room, the commits of every millisecond stand by themselves', () => {
  fc.assert(
    fc.property(points(), (given) => {
      const times = [...new Set(given.map(({ at }) => at))].sort((a, b) => a - b)
      expect(series(Math.max(times.length, 1), given).map(({ at }) => at)).toEqual(times)
    }),
    runs(200),
  )
})

test('a long run keeps almost half of the points that there is room for, at least', () => {
  const made = new CommitSeries(2000)
  for (let at = 0; at < 1_000_000; at++) made.add({ at, commits: 1, changes: 1, busy: 1, slowest: 1, lag: 0 })
  const kept = made.points()
  expect(kept.length).toBeGreaterThan(900)
  expect(kept.length).toBeLessThanOrEqual(2000)
  expect(total(kept, 'commits')).toBe(1_000_000)
})

function total(of: readonly CommitPoint[], name: 'commits' | 'changes' | 'busy'): number {
  return of.reduce((sum, point) => sum + point[name], 0)
}

function largest(of: readonly CommitPoint[], name: 'at' | 'slowest' | 'lag'): number {
  return of.reduce((most, point) => Math.max(most, point[name]), 0)
}
