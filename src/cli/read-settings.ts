import { OptionsError } from '../errors.js'
import { longFlag, whereSet } from '../options/check-options.js'
import type { AnyOption } from '../options/option.js'
import { optionsOf } from '../options/option-table.js'
import type { Environment } from '../database/connection/environment.js'
import { standardOutput } from './event-output.js'
import { onePace } from './pace-settings.js'
import type { TypedOptions } from './program.js'
import { refuseRemote } from './refuse-remote.js'
import type { Settings } from './settings.js'
import { oneShard } from './shard-settings.js'

/** A setting, and where it was found. */
export interface Found<T> {
  readonly value: T
  readonly source: 'option' | 'environment' | 'default'
  /** The flag, or the variable. */
  readonly name: string
}

/** All settings as they were found. */
export type FoundSettings = { readonly [K in keyof Settings]: Found<Settings[K]> }

/** What a command line can ask for; `run` writes a stream. */
export type CommandName = 'run' | 'plan' | 'verify' | 'inspect' | 'ddl'

/**
 * Puts the settings together: what was typed comes before the environment, that before the default.
 *
 * @param command `run`, or one that looks at all shards
 */
export function readSettings(typed: TypedOptions, environment: Environment, command: CommandName = 'run'): Settings {
  const rows = optionsOf('command')
  const found = Object.fromEntries(
    rows.map(([name, row]) => [name, findSetting(row, typed[name], environment)]),
  ) as unknown as FoundSettings
  const values = Object.fromEntries(rows.map(([name]) => [name, found[name as keyof Settings].value])) as Settings
  const settings = {
    ...values,
    ...oneEnd(found),
    ...onePace(found),
    ...oneShard(found, environment, command),
  }
  expectFitting(settings, typed, environment)
  if (command === 'run') expectCompany(settings, typed)
  return settings
}

/** @throws OptionsError when both an end and none were given in the same place */
function oneEnd({ continuous, batches }: FoundSettings): Pick<Settings, 'continuous' | 'batches'> {
  const endless = continuous.value && batches.source !== 'option'
  if (continuous.value && continuous.source === batches.source) {
    throw new OptionsError(`Expected either ${continuous.name} or ${batches.name}, got both. Leave one of them out.`)
  }
  return { continuous: endless, batches: endless ? undefined : batches.value }
}

function expectFitting(settings: Settings, typed: TypedOptions, environment: Environment): void {
  const { target, events, json } = settings
  const configured = target === 'configured' || (target === 'auto' && environment['CLOUDBERRY_HOST'] !== undefined)
  if (configured && typed['dataDir'] !== undefined) {
    throw new OptionsError(
      'Expected --data-dir with an embedded database, got the configured one. Leave it out, or set --target embedded.',
    )
  }
  if (configured) refuseRemote(environment)
  if (target === 'none' && typed['dataDir'] !== undefined) {
    throw new OptionsError('Expected --data-dir with an embedded database, got --target none. Leave it out.')
  }
  const beside = [
    ['--vacuum-every', settings.vacuumEvery],
    ['--analyze-every', settings.analyzeEvery],
  ] as const
  for (const [flag, every] of beside) {
    if (target !== 'none' || every === undefined) continue
    throw new OptionsError(`Expected ${flag} with a database, got --target none. Leave it out.`)
  }
  if (events === standardOutput && json) {
    throw new OptionsError(
      'Expected either --events - or --json (CDC_JSON), got both, which print to standard output. Give --events a file.',
    )
  }
}

/** Some options mean nothing alone. */
function expectCompany(settings: Settings, typed: TypedOptions): void {
  if (settings.events === undefined && settings.target === 'none' && settings.record === undefined) {
    throw new OptionsError(
      'Expected --events or --record with --target none, which writes nothing else, got no events. Set --events or CDC_EVENTS.',
    )
  }
  for (const [name, { command }] of optionsOf('command')) {
    const needed = command?.needs as keyof Settings | undefined
    if (!command || needed === undefined || typed[name] === undefined || settings[needed] !== undefined) continue
    const where = whereSet(needed)
    throw new OptionsError(
      `Expected ${where.split(' ', 1)[0]} with ${longFlag(command.flags)}, got none. Set ${where}.`,
    )
  }
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
