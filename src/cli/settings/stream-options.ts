import { optionsOf, type StreamOptions } from '../../options/option-table.js'
import type { Settings } from './settings.js'

/** What the stream is told: the settings that the engine has as well. Ranges and combinations are checked there. */
export function toCdcOptions(settings: Settings): StreamOptions {
  const values: Readonly<Record<string, unknown>> = settings
  const told = optionsOf('engine').flatMap(([name]) => {
    // A switch that is off says nothing, and how a run goes on is said by who reads its file or token.
    const value = values[name]
    return value === undefined || value === false || name === 'resume' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(told)
}
