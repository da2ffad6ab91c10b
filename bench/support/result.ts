import type { Measured } from './interleave.js'
import { summarize, type Summary } from './statistics.js'

/** One line of a comparison. */
export interface Figure {
  readonly name: string
  /** To the base, round by round. */
  readonly ratio: Summary
  readonly value: Summary
}

/** What was measured in the same rounds. */
export interface Comparison {
  readonly title: string
  readonly unit: string
  /** The figure that the ratios are to. */
  readonly base: string
  readonly figures: readonly Figure[]
}

/** What a figure should be. */
export interface Target {
  readonly text: string
  readonly value: number
  readonly limit: number
  readonly bound: 'at least' | 'at most'
}

/** What a part of the suite found. */
export interface PartResult {
  readonly title: string
  readonly comparisons: readonly Comparison[]
  readonly targets: readonly Target[]
  /** What could not be measured, and why; what to know of the figures. */
  readonly notes: readonly string[]
}

/** @param order The names in the order in which they are shown; the first is the base. */
export function comparison(title: string, unit: string, measured: Measured, order: readonly string[]): Comparison {
  const base = order[0]!
  const bases = measured.get(base)!
  const figures = order.map((name): Figure => {
    const values = measured.get(name)!
    return { name, ratio: summarize(values.map((value, round) => value / bases[round]!)), value: summarize(values) }
  })
  return { title, unit, base, figures }
}

/** How many times as much one figure was as another, round by round, at the median. */
export function medianRatio(measured: Measured, name: string, other: string): number {
  const others = measured.get(other)!
  return summarize(measured.get(name)!.map((value, round) => value / others[round]!)).median
}

export function isMet({ value, limit, bound }: Target): boolean {
  return bound === 'at least' ? value >= limit : value <= limit
}
