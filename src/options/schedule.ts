import * as z from 'zod/mini'
import { OptionsError } from '../errors.js'
import type { ValueKind } from './option.js'

export const LEAST_RATE = 0.001
export const MOST_RATE = 1_000_000_000
const MOST_SECONDS = 86_400_000

/** A stretch of a `schedule`: a rate that stays the same, or one that changes evenly. Rates are changes a second. */
export type RateStep =
  | { readonly rate: number; readonly seconds?: number }
  | { readonly from: number; readonly to: number; readonly seconds: number }

const seconds = z.number().check(z.positive(), z.lte(MOST_SECONDS))
const stepRate = z.union([z.literal(0), z.number().check(z.gte(LEAST_RATE), z.lte(MOST_RATE))])
/** As zod has it. */
export const scheduleSteps: ValueKind<readonly RateStep[]>['schema'] = z
  .array(
    z.union([
      z.strictObject({ rate: stepRate, seconds: z.optional(seconds) }),
      z.strictObject({ from: stepRate, to: stepRate, seconds }),
    ]),
  )
  .check(z.minLength(1), z.maxLength(1000))

const decimal = String.raw`(\d+(?:\.\d+)?)`
const step = new RegExp(`^(?:${decimal}:)?${decimal}(?:-${decimal})?$`)

/**
 * Reads `10:500,2:5000,30:500-2000`: 10 seconds of 500 changes a second, 2 of 5000, and 30 in which the rate goes from
 * 500 to 2000. Ranges are checked where the options are resolved.
 */
export function readSchedule(text: string, name: string): readonly RateStep[] {
  return text.split(',').map((part) => {
    const [, seconds, rate, to] = step.exec(part.trim()) ?? []
    if (rate !== undefined && to === undefined) {
      return seconds === undefined ? { rate: Number(rate) } : { seconds: Number(seconds), rate: Number(rate) }
    }
    if (rate !== undefined && seconds !== undefined) {
      return { seconds: Number(seconds), from: Number(rate), to: Number(to) }
    }
    throw new OptionsError(
      `Expected ${name} to be seconds with changes a second such as 10:500,2:5000,30:500-2000, got \`${text}\`.`,
    )
  })
}

/** The same, back in words. */
export function scheduleText(schedule: readonly RateStep[]): string {
  return schedule
    .map((part) => {
      const rate = 'rate' in part ? `${part.rate}` : `${part.from}-${part.to}`
      return part.seconds === undefined ? rate : `${part.seconds}:${rate}`
    })
    .join(',')
}
