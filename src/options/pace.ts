import { OptionsError } from '../errors.js'
import type { StreamOptions } from './option-table.js'
import type { RateStep } from './schedule.js'

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

type PaceOptions = Pick<StreamOptions, 'interval' | 'rate' | 'schedule'>

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
