import type { Environment } from '../../database/connection/environment.js'
import { type OptionName, optionsOf } from '../../options/option-table.js'
import { info, type LogLine } from './log-line.js'
import { isLasting, type Settings } from '../settings/settings.js'
import type { Replay } from '../settings/replay.js'

const LENGTH_AND_PACE = ['batches', 'continuous', 'interval', 'rate', 'schedule'] as const

export function replayLines({ name, options }: Replay, settings: Settings, seed: number): LogLine[] {
  const doing = options.resume === undefined ? 'Replaying' : 'Resuming'
  const shard: OptionName[] = options.resume === undefined ? [] : ['shard']
  const said = describe({ ...settings, seed }, [...LENGTH_AND_PACE, 'seed', ...shard])
  return [info(`${doing} ${name}: ${said}`)]
}

export function startLines(settings: Settings, seed: number): LogLine[] {
  return [info(`Starting the change stream: ${describe({ ...settings, seed })}`)]
}

/** How to go on with a run, before its first commit, should its process die. */
export function resumableLine(
  token: string | undefined,
  settings: Settings,
  replay: Replay | undefined,
  environment: Environment,
): LogLine | undefined {
  if (!isLasting(settings, environment)) return undefined
  const source = token === undefined ? (replay?.file ?? settings.record) : (settings.record ?? replay?.file ?? token)
  if (source !== undefined) return info(`Resume with --resume ${source}`)
  return info('Resume: not possible, because rows stood in the tables before; with --record it is')
}

/** Those settings that have a line in the table of options, and are not the default, or always have one. */
function describe(settings: Settings, only?: readonly OptionName[]): string {
  const values: Readonly<Record<string, unknown>> = settings
  const texts = optionsOf('command').flatMap(([name, { command, fallback }]) => {
    const { line, needs } = command ?? {}
    const value = values[name]
    const isAlone = needs !== undefined && values[needs] === undefined
    if (!line || isAlone || (only && !only.includes(name))) return []
    if (line.always ? value === undefined && fallback !== undefined : value === undefined || value === fallback)
      return []
    return [line.text(value)]
  })
  return texts.join(', ')
}
