import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toIntervals } from '../../src/report/intervals.js'
import { runs } from '../support/arbitraries.js'

const point = (at: number, changes: number) => ({ at, commits: 1, changes, busy: 10, slowest: 10, lag: 3 })

test('a run is cut into equal parts that hold all of its commits', () => {
  const times = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 400 })
  fc.assert(
    fc.property(times, (given) => {
      const points = given.sort((a, b) => a - b).map((at) => point(1000 + at, 7))
      const intervals = toIntervals(points, 1000)
      expect(intervals.length).toBeLessThanOrEqual(60)
      expect(intervals.reduce((sum, { commits }) => sum + commits, 0)).toBe(given.length)
      expect(intervals.reduce((sum, { changes }) => sum + changes, 0)).toBe(given.length * 7)
      const length = given.at(-1)! / 1000 / intervals.length
      for (const [index, { from, changes, changesPerSecond }] of intervals.entries()) {
        expect(from).toBeCloseTo(index * length, 2)
        expect(Math.abs(changesPerSecond - changes / length)).toBeLessThanOrEqual(0.5001)
      }
    }),
    runs(200),
  )
})

test('a part without commits has no latency, and no throughput', () => {
  const late = Array.from({ length: 9 }, (_, index) => point(10_000 + index, 1))
  expect(toIntervals([point(1, 100), ...late], 0)).toEqual([
    { from: 0, commits: 1, changes: 100, changesPerSecond: 20, meanLatency: 10, slowest: 10, lag: 3 },
    { from: 5.004, commits: 9, changes: 9, changesPerSecond: 2, meanLatency: 10, slowest: 10, lag: 3 },
  ])
  const [, empty] = toIntervals([point(1, 100), ...late, ...late.map(({ at }) => point(at + 5000, 1))], 0)
  expect(empty).toMatchObject({ commits: 0, changesPerSecond: 0, meanLatency: null, slowest: null, lag: null })
})

test('a run without commits has no parts', () => {
  expect(toIntervals([], 0)).toEqual([])
})
