import { OptionsError } from '../../errors.js'
import type { FoundSettings } from './read-settings.js'
import type { Settings } from './settings.js'

/** The settings of which one says how fast batches follow one another. */
type PaceSettings = Pick<Settings, 'interval' | 'rate' | 'schedule'>

/**
 * Picks the pace: one that was typed comes before one of the environment.
 *
 * @throws OptionsError when two were given in the same place
 */
export function onePace({ interval, rate, schedule }: FoundSettings): PaceSettings {
  const all = Object.entries({ interval, rate, schedule })
  const source = all.some(([, one]) => one.source === 'option') ? 'option' : 'environment'
  const given = all.filter(([, one]) => one.source === source)
  if (given.length > 1) {
    const names = given.map(([, { name }]) => name).join(' and ')
    throw new OptionsError(`Expected one of --batch-interval, --rate and --schedule, got ${names}. Leave one out.`)
  }
  const pace = given[0]?.[0] ?? 'interval'
  return {
    interval: pace === 'interval' ? interval.value : undefined,
    rate: pace === 'rate' ? rate.value : undefined,
    schedule: pace === 'schedule' ? schedule.value : undefined,
  }
}
