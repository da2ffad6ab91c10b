import { OptionsError } from '../errors.js'

/** How many rows the TPC-DS dimensions hold; their keys run from 1. */
export interface KeyRanges {
  readonly customers: number
  readonly addresses: number
  readonly customerDemographics: number
  readonly householdDemographics: number
  /** Rows of `item`; each business id has one to three rows, two on average. */
  readonly items: number
  readonly promotions: number
  /** Rows of `store`, revisions as in `item`. */
  readonly stores: number
  readonly reasons: number
}

const ranges = (
  customers: number,
  addresses: number,
  items: number,
  promotions: number,
  stores: number,
  reasons: number,
) =>
  Object.freeze({
    customers,
    addresses,
    customerDemographics: 1_920_800,
    householdDemographics: 7_200,
    items,
    promotions,
    stores,
    reasons,
  })

const byScale: Readonly<Record<number, KeyRanges>> = Object.freeze({
  1: ranges(100_000, 50_000, 18_000, 300, 12, 35),
  10: ranges(500_000, 250_000, 102_000, 500, 102, 45),
  100: ranges(2_000_000, 1_000_000, 204_000, 1_000, 402, 55),
  300: ranges(5_000_000, 2_500_000, 264_000, 1_300, 804, 60),
  1_000: ranges(12_000_000, 6_000_000, 300_000, 1_500, 1_002, 65),
  3_000: ranges(30_000_000, 15_000_000, 360_000, 1_800, 1_350, 67),
  10_000: ranges(65_000_000, 32_500_000, 402_000, 2_000, 1_500, 70),
  30_000: ranges(80_000_000, 40_000_000, 462_000, 2_300, 1_704, 72),
  100_000: ranges(100_000_000, 50_000_000, 502_000, 2_500, 1_902, 75),
})

/** The scale factors that TPC-DS defines (specification 3.2, table 3-2). */
export const SCALE_FACTORS: readonly number[] = Object.keys(byScale).map(Number)

/** The key ranges of a TPC-DS scale factor. */
export function keyRanges(scale: number): KeyRanges {
  const found = byScale[scale]
  if (!found) {
    throw new OptionsError(
      `Expected \`scale\` to be one of ${SCALE_FACTORS.join(', ')}, got \`${scale}\`. Set --scale or CDC_SCALE.`,
    )
  }
  return found
}
