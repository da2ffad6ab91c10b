import { configuredHost, isMysqlConfigured } from '../../database/connection/connection-url.js'
import type { Environment } from '../../database/connection/environment.js'
import { OptionsError } from '../../errors.js'
import { parseShard, shardText } from '../../plan/shard.js'
import type { CommandName, TypedOptions } from '../command-line.js'
import { type FoundSettings, type Settings, findSettings, standardOutput } from './settings.js'
import { isLoopback } from '../../database/connection/is-loopback.js'
import { longFlag, whereSet } from '../../options/check-options.js'
import { optionsOf } from '../../options/option-table.js'

/** The number that Kubernetes gives each pod of an Indexed Job: 0, 1, 2 … */
const INDEX = 'JOB_COMPLETION_INDEX'

/** Of settings that exclude each other, what was typed comes before the environment. */
function chooseSettings(found: FoundSettings, environment: Environment, command: CommandName): Settings {
  const values = Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value])) as Settings
  return {
    ...values,
    ...oneEnd(found),
    ...onePace(found),
    shard: command === 'run' || command === 'audit' ? oneShard(found, environment) : noShard(found, command),
  }
}

/** @throws OptionsError when both an end and none were given in the same place */
function oneEnd({ continuous, batches }: FoundSettings): Pick<Settings, 'continuous' | 'batches'> {
  const endless = continuous.value && batches.source !== 'option'
  if (continuous.value && continuous.source === batches.source) {
    throw new OptionsError(`Expected either ${continuous.name} or ${batches.name}, got both. Leave one of them out.`)
  }
  return { continuous: endless, batches: endless ? undefined : batches.value }
}

/** @throws OptionsError when two were given in the same place */
function onePace({ interval, rate, schedule }: FoundSettings): Pick<Settings, 'interval' | 'rate' | 'schedule'> {
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

/** @throws OptionsError for a shard of its own, in a command for all of them */
function noShard({ shard }: FoundSettings, command: CommandName): undefined {
  if (shard.source !== 'option') return undefined
  throw new OptionsError(`Expected --shards with \`${command}\`, which is for all of them, got --shard. Leave it out.`)
}

/**
 * Finds out which shard this is: the one that is given, or the one with the index that Kubernetes gives.
 *
 * @throws OptionsError when there is none in spite of a number of shards, or two
 */
function oneShard({ shard, shards }: FoundSettings, environment: Environment): string | undefined {
  const { value: count } = shards
  if (shard.value === undefined) return byIndex(count, shards.name, environment)
  const own = parseShard(shard.value)
  const isOverruled = shard.source === 'option' && shards.source !== 'option'
  if (own && count !== undefined && count !== own.count && !isOverruled) {
    throw new OptionsError(
      `Expected ${shard.name} and ${shards.name} to agree, got ${shard.value} and ${count}. Leave one of them out.`,
    )
  }
  return shard.value
}

function byIndex(count: number | undefined, name: string, environment: Environment): string | undefined {
  if (count === undefined) return undefined
  const text = environment[INDEX]
  if (text === undefined) {
    throw new OptionsError(
      `Expected --shard, or ${INDEX} as Kubernetes sets it, with ${name}, got neither. Set --shard or CDC_SHARD.`,
    )
  }
  const index = /^\d{1,6}$/.test(text) ? Number(text) : count
  if (index < count) return shardText({ index, count })
  throw new OptionsError(`Expected ${INDEX} to be an integer from 0 to ${count - 1} (${name} − 1), got \`${text}\`.`)
}

/** @throws OptionsError that names the flag or the variable */
export function readSettings(typed: TypedOptions, environment: Environment, command: CommandName = 'run'): Settings {
  const settings = chooseSettings(findSettings(typed, environment), environment, command)
  expectFitting(settings, typed, environment)
  if (command === 'run' || command === 'audit') expectCompany(settings, typed)
  return settings
}

function expectFitting(settings: Settings, typed: TypedOptions, environment: Environment): void {
  const { target, events, json } = settings
  const configured = target === 'configured' || (target === 'auto' && configuredHost(environment) !== undefined)
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
    if (every === undefined) continue
    if (configured && isMysqlConfigured(environment)) {
      throw new OptionsError(
        `Expected ${flag} with a database of PostgreSQL's protocol, got one of MySQL. Leave it out.`,
      )
    }
    if (target !== 'none') continue
    throw new OptionsError(`Expected ${flag} with a database, got --target none. Leave it out.`)
  }
  if (events === standardOutput && json) {
    throw new OptionsError(
      'Expected either --events - or --json (CDC_JSON), got both, which print to standard output. Give --events a file.',
    )
  }
}

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

/** Keeps a run in CI from a database elsewhere, which a variable of the runner or a forgotten `.env` may name. */
function refuseRemote(environment: Environment): void {
  const host = configuredHost(environment)
  if (host === undefined || isLoopback(host) || !isOn(environment['CI']) || isOn(environment['CDC_ALLOW_REMOTE']))
    return
  throw new OptionsError(
    `Expected a database on this machine, because CI is set, got \`${host}\`. Set CDC_ALLOW_REMOTE=1 to write to it.`,
  )
}

/** Any value counts, as programs that look at CI have it, but for those that say no. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['0', 'false', 'no', 'off'].includes(value.trim().toLowerCase())
}
