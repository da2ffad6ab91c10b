import { expect, test } from 'vitest'
import { zipfRank } from '../../../src/plan/rows/zipf.js'
import { Random } from '../../../src/tables/random.js'
import { chiSquareExcess } from '../../support/statistics.js'

const DRAWS = 60_000

/** Draws and what Zipf's law expects, for ranks on their own up to 32, and in sixteen parts of the rest. */
function drawn(ranks: number): { counts: number[]; expected: number[] } {
  const classOf = (rank: number): number =>
    rank <= 32 ? rank - 1 : 32 + Math.min(15, Math.floor(((rank - 33) * 16) / (ranks - 32)))
  const classes = classOf(ranks) + 1
  const [counts, expected] = [Array<number>(classes).fill(0), Array<number>(classes).fill(0)]
  let harmonic = 0
  for (let rank = 1; rank <= ranks; rank++) harmonic += 1 / rank
  for (let rank = 1; rank <= ranks; rank++) expected[classOf(rank)]! += DRAWS / rank / harmonic
  const random = new Random(ranks, 'zipf test').at(1)
  for (let i = 0; i < DRAWS; i++) counts[classOf(zipfRank(random, ranks))]! += 1
  return { counts, expected }
}

test.for([2, 3, 4, 7, 8, 9, 31, 100, 1000, 1023, 1024, 1025, 5000])('%d ranks are as likely as 1 / rank', (ranks) => {
  const { counts, expected } = drawn(ranks)
  expect(chiSquareExcess(counts, expected)).toBeLessThan(4)
  // The test tells another law: all ranks equally likely, or 1 / rank² for two ranks and more.
  const uniform = counts.map((_, i) => (i < 32 ? DRAWS / ranks : ((DRAWS / ranks) * (ranks - 32)) / 16))
  expect(chiSquareExcess(counts, uniform)).toBeGreaterThan(100)
})

test('every rank comes, and none beyond', () => {
  const random = new Random(1, 'zipf test').at(2)
  const ranks = Array.from({ length: 2000 }, () => zipfRank(random, 11))
  expect([...new Set(ranks)].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect(zipfRank(random, 1)).toBe(1)
})

test('a draw does not take longer where there are more ranks', () => {
  for (const ranks of [10, 2 ** 20 + 1, 2 ** 30, 2 ** 31 - 1]) {
    let draws = 0
    const source = new Random(3, 'zipf test').at(ranks)
    const counting = { below: (bound: number) => ((draws += 1), source.below(bound)) } as Random
    for (let i = 0; i < 1000; i++) expect(zipfRank(counting, ranks)).toBeLessThanOrEqual(ranks)
    expect(draws).toBeLessThan(6000)
  }
})
