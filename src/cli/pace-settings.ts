import { OptionsError } from '../errors.js'
import { scheduleText } from './read-schedule.js'
import type { Settings } from './settings.js'

/** The settings of which one says how fast batches follow one another. */
export type PaceSettings = Pick<Settings, 'batchInterval' | 'rate' | 'schedule'>

interface Found<T> {
  readonly value: T
  readonly source: 'option' | 'environment' | 'default'
  /** As it was given. */
  readonly name: string
}

/**
 * Picks the pace: one that was typed comes before one of the environment.
 *
 * @throws OptionsError when two were given in the same place
 */
export function onePace(found: { readonly [K in keyof PaceSettings]: Found<PaceSettings[K]> }): PaceSettings {
  const all = Object.entries(found)
  const source = all.some(([, one]) => one.source === 'option') ? 'option' : 'environment'
  const given = all.filter(([, one]) => one.source === source)
  if (given.length > 1) {
    const names = given.map(([, { name }]) => name).join(' and ')
    throw new OptionsError(`Expected one of --batch-interval, --rate and --schedule, got ${names}. Leave one out.`)
  }
  const { batchInterval, rate, schedule } = found
  return {
    batchInterval: batchInterval.value,
    rate: given[0]?.[0] === 'rate' ? rate.value : undefined,
    schedule: given[0]?.[0] === 'schedule' ? schedule.value : undefined,
  }
}

/** The pace in words. */
export function paceText({ batchInterval, rate, schedule }: PaceSettings): string {
  if (rate !== undefined) return `rate=${rate} changes/s`
  return schedule === undefined ? `interval=${batchInterval / 1000} s` : `schedule=${scheduleText(schedule)}`
}

/** What the stream is told of it. */
export function paceOptions({ batchInterval, rate, schedule }: PaceSettings): object {
  if (rate !== undefined) return { rate }
  return schedule === undefined ? { interval: batchInterval } : { schedule }
}
