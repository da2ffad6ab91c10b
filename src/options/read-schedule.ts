import { OptionsError } from '../errors.js'
import type { RateStep } from './pace.js'

const decimal = String.raw`(\d+(?:\.\d+)?)`
const step = new RegExp(`^(?:${decimal}:)?${decimal}(?:-${decimal})?$`)

/**
 * Reads `10:500,2:5000,30:500-2000`: 10 seconds of 500 changes a second, 2 of 5000, and 30 in which the rate goes from
 * 500 to 2000. Ranges are checked where the options are resolved.
 */
export function readSchedule(text: string, name: string): readonly RateStep[] {
  return text.split(',').map((part) => {
    const [, seconds, rate, to] = step.exec(part.trim()) ?? []
    const time = seconds === undefined ? {} : { seconds: Number(seconds) }
    if (rate !== undefined && to === undefined) return { ...time, rate: Number(rate) }
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
