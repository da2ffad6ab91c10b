import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Clock, ClockCells, type TableClock } from '../../src/tables/clock.js'
import type { ColumnType } from '../../src/tables/column.js'
import { seeds } from '../support/arbitraries.js'

const commits = fc.integer({ min: 0, max: 5_000_000 })
const resolutions = fc.integer({ min: 1, max: 50 })

const clock = (given: Omit<TableClock, 'column'>, seed = 1): Clock => new Clock({ column: 'at', ...given }, seed)

const cells = (type: ColumnType, start?: string): ClockCells =>
  new ClockCells({ column: 'at', ...(start !== undefined && { start }) }, [
    { name: 'id', type: 'int8' },
    { name: 'at', type },
  ])

describe('what a clock shows', () => {
  test('by default it is a second for each commit', () => {
    expect([0, 1, 2, 3_600].map((commit) => clock({}).at(commit))).toEqual([0, 1, 2, 3_600])
  })

  test('in the order of the commits, so many share a stamp as its resolution says', () => {
    fc.assert(
      fc.property(commits, resolutions, seeds(), (commit, resolution, seed) => {
        const one = clock({ resolution }, seed)
        const first = commit - (commit % resolution)
        const shown = Array.from({ length: resolution }, (_, place) => one.at(first + place))
        expect(new Set(shown)).toEqual(new Set([first]))
        expect(one.at(first + resolution)).toBe(first + resolution)
      }),
    )
  })

  test('a transaction that began early has the stamp of the last commit before it began', () => {
    fc.assert(
      fc.property(commits, fc.integer({ min: 1, max: 40 }), resolutions, (begins, later, resolution) => {
        fc.pre(begins > 0)
        const [late, others] = [clock({ order: 'begin', resolution }), clock({ resolution })]
        expect(late.at(begins + later, begins)).toBe(others.at(begins - 1))
        // At its own turn, it began before no other commit.
        expect(late.at(begins, begins)).toBe(others.at(begins))
        expect(late.at(begins)).toBe(others.at(begins))
        // Only this order looks at it.
        expect(others.at(begins + later, begins)).toBe(others.at(begins + later))
      }),
    )
  })

  test('one that steps back is 1 to 3 steps behind, at about one commit of eight', () => {
    fc.assert(
      fc.property(seeds(), resolutions, (seed, resolution) => {
        const [back, forward] = [clock({ order: 'jitter', resolution }, seed), clock({ resolution })]
        const steps = Array.from({ length: 2_000 }, (_, place) => {
          const commit = 1_000 + place
          return (forward.at(commit) - back.at(commit)) / resolution
        })
        const behind = steps.filter((step) => step !== 0)
        expect(new Set(behind)).toEqual(new Set([1, 2, 3]))
        // 250 of 2,000, with a standard deviation of 15.
        expect(Math.abs(behind.length - 250)).toBeLessThan(90)
      }),
    )
  })

  test('it never goes before its start', () => {
    fc.assert(
      fc.property(seeds(), fc.integer({ min: 0, max: 5 }), resolutions, (seed, commit, resolution) => {
        expect(clock({ order: 'jitter', resolution }, seed).at(commit)).toBeGreaterThanOrEqual(0)
        expect(clock({ order: 'begin', resolution }, seed).at(commit, 1)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('it follows from seed and commit alone, in whichever order it is asked', () => {
    fc.assert(
      fc.property(seeds(), fc.array(commits, { maxLength: 50 }), (seed, asked) => {
        const [one, other] = [clock({ order: 'jitter' }, seed), clock({ order: 'jitter' }, seed)]
        const shown = new Map(asked.map((commit) => [commit, one.at(commit)]))
        for (const commit of asked.toReversed()) expect(other.at(commit)).toBe(shown.get(commit))
      }),
    )
    const steps = (seed: number): number[] =>
      Array.from({ length: 100 }, (_, commit) => clock({ order: 'jitter' }, seed).at(commit))
    expect(steps(1)).not.toEqual(steps(2))
  })
})

test.for<[ColumnType, start: string | undefined, first: unknown, later: unknown]>([
  ['timestamptz', undefined, '2024-01-01 00:00:00+00', '2024-01-01 01:00:01+00'],
  ['timestamptz(3)', '2024-02-28T23:30:00+01:00', '2024-02-28 22:30:00+00', '2024-02-28 23:30:01+00'],
  ['timestamp', '2024-02-28T23:30:00Z', '2024-02-28 23:30:00', '2024-02-29 00:30:01'],
  ['timestamp(0)', undefined, '2024-01-01 00:00:00', '2024-01-01 01:00:01'],
  ['int8', undefined, 1_704_067_200_000, 1_704_070_801_000],
  ['int4', '1970-01-01T00:00:00Z', 0, 3_601],
])('a column of type %s, from %s on', ([type, start, first, later]) => {
  const stamps = cells(type, start)
  expect(stamps.index).toBe(1)
  expect([0, 3_601, 0].map((seconds) => stamps.at(seconds))).toEqual([first, later, first])
})
