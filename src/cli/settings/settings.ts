import { configuredHost } from '../../database/connection/connection-url.js'
import type { Environment } from '../../database/connection/environment.js'
import { checkOption, longFlag } from '../../options/check-options.js'
import type { AnyOption } from '../../options/option.js'
import { type Completed, optionsOf } from '../../options/option-table.js'
import type { TypedOptions } from '../command-line.js'
import { OptionsError } from '../../errors.js'

/** What stands for standard output instead of a file. */
export const standardOutput = '-'

/** What the command line asks for, completed: an option of the table each. */
export type Settings = Readonly<Omit<Completed<'command'>, keyof Chosen> & Chosen>

/** Where settings differ from what the engine takes. */
interface Chosen {
  /** None where `continuous` holds. */
  readonly batches: number | undefined
  /** Milliseconds; none where `rate` or `schedule` says how fast it goes. */
  readonly interval: number | undefined
  /** A file or a token. */
  readonly resume: string | undefined
}

export interface Found<T> {
  readonly value: T
  readonly source: 'option' | 'environment' | 'default'
  /** The flag, or the variable. */
  readonly name: string
}

export type FoundSettings = { readonly [K in keyof Settings]: Found<Settings[K]> }

/** Finds every setting: what was typed comes before the environment, that before the default. */
export function findSettings(typed: TypedOptions, environment: Environment): FoundSettings {
  const found = optionsOf('command').map(([name, row]) => [name, findSetting(row, typed[name], environment)] as const)
  return Object.fromEntries(found) as unknown as FoundSettings
}

/** The same for what only `audit` has. */
export function findAuditSettings(typed: TypedOptions, environment: Environment): Completed<'audit'> {
  const found = optionsOf('audit').map(([name, row]) => {
    const { value } = findSetting(row, typed[name], environment)
    checkOption(name, value)
    return [name, value] as const
  })
  return Object.fromEntries(found) as unknown as Completed<'audit'>
}

function findSetting(
  { value: kind, fallback, command }: AnyOption,
  text: string | boolean | undefined,
  environment: Environment,
): Found<unknown> {
  if (!command) throw new TypeError('Expected an option of the command line')
  const { flags, variable, example = String(fallback), read = kind.read?.(example), readVariable = read } = command
  if (!read || !readVariable) throw new TypeError(`Expected ${flags} to be readable`)
  const long = longFlag(flags)
  if (text !== undefined) return { value: read(String(text), long), source: 'option', name: long }
  const content = environment[variable]
  if (content === undefined) return { value: fallback, source: 'default', name: variable }
  return { value: readVariable(content, variable), source: 'environment', name: variable }
}

/** Whether the database is there when the process is not. */
export function isLasting(
  { target, dataDir }: Pick<Settings, 'target' | 'dataDir'>,
  environment: Environment,
): boolean {
  if (target === 'configured') return true
  if (target === 'auto' && configuredHost(environment) !== undefined) return true
  return target !== 'container' && target !== 'none' && dataDir !== undefined
}

/** @throws OptionsError for a run in a database that went with its process */
export function expectLasting({ resume, ...settings }: Settings, environment: Environment): void {
  if (resume === undefined || settings.target === 'none' || isLasting(settings, environment)) return
  throw new OptionsError(
    'Expected --resume with the database of the run, got one that is started anew. Set --data-dir, or --target configured.',
  )
}

/** @throws OptionsError for a database that nobody else reaches */
export function expectShared(settings: Settings, what: string, environment: Environment): void {
  if (isLasting(settings, environment)) return
  throw new OptionsError(
    `Expected ${what} with a database that all shards reach, got one that is started for this run. Set CLOUDBERRY_HOST or CDC_URL, or --target configured.`,
  )
}
