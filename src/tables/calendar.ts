import type { Random } from './random.js'

/** Julian day numbers of 1 January 1998 to 2002. */
const FIRST_DAYS = [2_450_815, 2_451_180, 2_451_545, 2_451_911, 2_452_276] as const
const LEAP_YEAR = 2

/** Sales a day, relative: January to July, August to October, November and December. */
const WEIGHT_BY_MONTH = [29, 29, 29, 29, 29, 29, 29, 66, 66, 66, 100, 100] as const
const SLOTS_BY_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Sales by hour of the day, in percent. */
const PERCENT_BY_HOUR: readonly (readonly [number, number])[] = [
  [8, 4],
  [9, 8],
  [10, 12],
  [11, 7],
  [12, 8],
  [13, 9],
  [14, 12],
  [15, 4],
  [16, 4],
  [17, 12],
  [18, 8],
  [19, 8],
  [20, 4],
]

/**
 * Every year has 366 day slots; that of 29 February has no sales in other years. The generator of the TPC adds the
 * slot's number, counted from 1, to 1 January, so days come out one later (two after February). Kept, because the
 * published statistics have it.
 */
function slotByWeight(leap: boolean): Uint16Array {
  const slots: number[] = []
  let slot = 0
  SLOTS_BY_MONTH.forEach((days, month) => {
    for (let day = 1; day <= days; day++) {
      slot += 1
      const weight = month === 1 && day === 29 && !leap ? 0 : WEIGHT_BY_MONTH[month]!
      for (let i = 0; i < weight; i++) slots.push(slot)
    }
  })
  return Uint16Array.from(slots)
}

const commonSlots = slotByWeight(false)
const leapSlots = slotByWeight(true)
const hours = Uint8Array.from(PERCENT_BY_HOUR.flatMap(([hour, percent]) => Array<number>(percent).fill(hour)))

/** Draws the Julian day number of a sale: 2,450,816 to 2,452,642. */
export function drawSaleDay(random: Random): number {
  const year = random.below(FIRST_DAYS.length)
  const slots = year === LEAP_YEAR ? leapSlots : commonSlots
  return FIRST_DAYS[year]! + slots[random.below(slots.length)]!
}

/** Draws the second of the day of a sale: 28,800 to 75,599. */
export function drawSaleTime(random: Random): number {
  return hours[random.below(hours.length)]! * 3600 + random.below(3600)
}
