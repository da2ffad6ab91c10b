import { OptionsError } from '../errors.js'
import * as z from 'zod/mini'
import type { ValueKind } from './option.js'

/** A stretch of time in which a rate stays the same or changes evenly. */
export interface RatePiece {
  /** Infinity for a last piece that goes on. */
  readonly seconds: number
  /** Per second, at its beginning and at its end. */
  readonly from: number
  readonly to: number
}

export interface Pace {
  /** What the pieces count: batches, each like the other, or the changes in them. */
  readonly unit: 'batch' | 'change'
  readonly pieces: readonly RatePiece[]
}

/**
 * The pace that the options ask for; undefined is as fast as the database takes batches.
 *
 * @param otherwise milliseconds between two batches where they ask for none
 * @throws OptionsError when two of them ask for one, or when a schedule comes to nothing
 */
export function resolvePace({ interval, rate, schedule }: PaceOptions, otherwise: number): Pace | undefined {
  const given = Object.entries({ interval, rate, schedule }).filter(([, value]) => value !== undefined)
  if (given.length > 1) {
    const names = given.map(([name]) => `\`${name}\``).join(' and ')
    throw new OptionsError(`Expected one of \`interval\`, \`rate\` and \`schedule\`, got ${names}. Leave one out.`)
  }
  if (rate !== undefined) return ratePace(rate)
  if (schedule !== undefined) return { unit: 'change', pieces: resolveSchedule(schedule) }
  const milliseconds = interval ?? otherwise
  if (milliseconds === 0) return undefined
  return { unit: 'batch', pieces: [endless(1000 / milliseconds)] }
}

interface PaceOptions {
  readonly interval?: number | undefined
  readonly rate?: number | undefined
  readonly schedule?: readonly RateStep[] | undefined
}

export function ratePace(rate: number): Pace {
  return { unit: 'change', pieces: [endless(rate)] }
}

function endless(rate: number): RatePiece {
  return { seconds: Number.POSITIVE_INFINITY, from: rate, to: rate }
}

function resolveSchedule(steps: readonly RateStep[]): RatePiece[] {
  const pieces = steps.map((step) => {
    const { seconds = Number.POSITIVE_INFINITY } = step
    return 'rate' in step ? { seconds, from: step.rate, to: step.rate } : { seconds, from: step.from, to: step.to }
  })
  const early = pieces.slice(0, -1).findIndex(({ seconds }) => seconds === Number.POSITIVE_INFINITY)
  if (early >= 0) {
    throw new OptionsError(
      `Expected every step of \`schedule\` but the last to have \`seconds\`, got step ${early + 1} without. Set --schedule or CDC_SCHEDULE.`,
    )
  }
  const last = pieces.at(-1)!
  const none = pieces.every(({ from, to }) => from + to === 0)
  if (!none && !(last.seconds === Number.POSITIVE_INFINITY && last.to === 0)) return pieces
  throw new OptionsError(
    `Expected \`schedule\` to have a rate above 0 ${none ? 'in a step' : 'in a last step without `seconds`'}, got 0. Set --schedule or CDC_SCHEDULE.`,
  )
}

export const LEAST_RATE = 0.001
export const MOST_RATE = 1_000_000_000
const MOST_SECONDS = 86_400_000

/** A stretch of a `schedule`: a rate that stays the same, or one that changes evenly. Rates are changes a second. */
export type RateStep =
  | { readonly rate: number; readonly seconds?: number }
  | { readonly from: number; readonly to: number; readonly seconds: number }

const seconds = z.number().check(z.positive(), z.lte(MOST_SECONDS))
const stepRate = z.union([z.literal(0), z.number().check(z.gte(LEAST_RATE), z.lte(MOST_RATE))])
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

export function scheduleText(schedule: readonly RateStep[]): string {
  return schedule
    .map((part) => {
      const rate = 'rate' in part ? `${part.rate}` : `${part.from}-${part.to}`
      return part.seconds === undefined ? rate : `${part.seconds}:${rate}`
    })
    .join(',')
}
