import { type OptionName, optionsOf, type StreamOptions } from '../../options/option-table.js'
import { type Replay, shaping } from './replay.js'
import type { Settings } from './settings.js'

/**
 * The options of the stream: the settings that the engine has as well, and of a run that is made again its source instead
 * of what shapes changes. Ranges and combinations are checked by the engine.
 */
export function streamOptions(settings: Settings, replay?: Replay): StreamOptions {
  const values: Readonly<Record<string, unknown>> = settings
  // The token of one shard is enough to resume any of them.
  const isKept = (name: OptionName): boolean =>
    !replay || !shaping.includes(name) || (name === 'shard' && replay.options.resume !== undefined)
  const options = optionsOf('engine').flatMap(([name]) => {
    // A switch that is off says nothing, and how a run goes on is said by who reads its file or token.
    const value = values[name]
    return value === undefined || value === false || name === 'resume' || !isKept(name) ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(options), ...replay?.options }
}
