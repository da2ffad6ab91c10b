import { expect, test } from 'vitest'
import { drawSaleDay, drawSaleTime } from '../../src/tables/calendar.js'
import { Random } from '../../src/tables/random.js'
import { errorOfShare } from '../support/statistics.js'

const DRAWS = 400_000

/** How often each class is drawn, as a share. */
function shares(
  draw: (random: Random) => number,
  classOf: (drawn: number) => number | string,
): Map<number | string, number> {
  const random = new Random(1, 'test').at(1)
  const found = new Map<number | string, number>()
  for (let i = 0; i < DRAWS; i++) {
    const drawn = classOf(draw(random))
    found.set(drawn, (found.get(drawn) ?? 0) + 1 / DRAWS)
  }
  return found
}

function expectShares(
  found: Map<number | string, number>,
  expected: readonly (readonly [number | string, number])[],
): void {
  expect(new Set(found.keys())).toEqual(new Set(expected.map(([drawn]) => drawn)))
  const far = expected.filter(([drawn, share]) => Math.abs(found.get(drawn)! - share) > 5 * errorOfShare(share, DRAWS))
  expect(far).toEqual([])
}

// `tpcds.md`, section 1: in percent.
test('hours have their weights', () => {
  const weights = [4, 8, 12, 7, 8, 9, 12, 4, 4, 12, 8, 8, 4]
  const hours = shares(drawSaleTime, (second) => Math.floor(second / 3600))
  expectShares(
    hours,
    weights.map((percent, i) => [8 + i, percent / 100] as const),
  )
})

// A day is 1 January and the number of its slot, so the last slot of a year (as 31 December weighs) is the first of the next.
const JANUARY_FIRST = [2_450_815, 2_451_180, 2_451_545, 2_451_911, 2_452_276]
const weightOf = (slot: number): number => (slot <= 213 ? 29 : slot <= 305 ? 66 : 100)
const LEAP_TOTAL = 213 * 29 + 92 * 66 + 61 * 100
const COMMON_TOTAL = LEAP_TOTAL - 29

test('years are equally likely', () => {
  const inner = (day: number): number | string => {
    const year = JANUARY_FIRST.findIndex((first) => day > first + 1 && day < first + 366)
    return year < 0 ? 'the turn of a year' : 1998 + year
  }
  const shareOf = (year: number): number => (1 - 129 / (year === 2000 ? LEAP_TOTAL : COMMON_TOTAL)) / 5
  const expected = [1998, 1999, 2000, 2001, 2002].map((year) => [year, shareOf(year)] as const)
  const rest = 1 - expected.reduce((sum, [, share]) => sum + share, 0)
  expectShares(shares(drawSaleDay, inner), [...expected, ['the turn of a year', rest]])
})

test('days of a leap year have the weights of their season', () => {
  const slotOf = (day: number): number | string => {
    const slot = day - JANUARY_FIRST[2]!
    return slot >= 2 && slot <= 366 ? slot : 'other'
  }
  const expected = Array.from({ length: 365 }, (_, i) => [i + 2, weightOf(i + 2) / LEAP_TOTAL / 5] as const)
  const rest = 1 - expected.reduce((sum, [, share]) => sum + share, 0)
  expectShares(shares(drawSaleDay, slotOf), [...expected, ['other', rest]])
})

test('no sale is on 29 February of a common year', () => {
  const slots = shares(drawSaleDay, (day) => day - JANUARY_FIRST[0]!)
  expect([slots.has(59), slots.has(60), slots.has(61)]).toEqual([true, false, true])
})
