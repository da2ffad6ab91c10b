import { Option } from 'commander'
import { shardText } from '../plan/shard.js'
import type { Environment } from '../target/environment.js'
import type { TypedOptions } from './program.js'
import { type Setting, type Settings, settingTable } from './settings.js'

/** What `plan` says itself, or has done, or what is not for a shard to do. */
const said: readonly (keyof Settings)[] = ['shard', 'shards', 'base', 'seed', 'createTables', 'json']

interface Which {
  readonly shards: number | undefined
  readonly base: number
  readonly seed: number
}

/** One command for each shard, with the options and variables that `plan` was given; to be pasted into a shell. */
export function shardCommands({ shards, base, seed }: Which, typed: TypedOptions, environment: Environment): string[] {
  const own = `--base ${base} --seed ${seed}`
  const given = [...givenOptions(typed)].map((text) => ` ${text}`).join('')
  const variables = [...givenVariables(typed, environment)].map((text) => `${text} `).join('')
  return Array.from({ length: shards ?? 1 }, (_, index) => {
    const shard = shards === undefined ? '' : `--shard ${shardText({ index, count: shards })} `
    return `${variables}cloudberry-cdc ${shard}${own}${given}`
  })
}

function* others(): Generator<Setting<unknown>> {
  for (const [name, setting] of Object.entries<Setting<unknown>>(settingTable)) {
    if (!said.includes(name as keyof Settings)) yield setting
  }
}

function* givenOptions(typed: TypedOptions): Generator<string> {
  for (const { flags } of others()) {
    const option = new Option(flags)
    const value = typed[option.attributeName()]
    if (value !== undefined) yield typeof value === 'string' ? `${option.long} ${quoted(value)}` : `${option.long}`
  }
}

/** Those of the shell of `plan` are not there in the shell of a shard. */
function* givenVariables(typed: TypedOptions, environment: Environment): Generator<string> {
  for (const { flags, env } of others()) {
    const value = environment[env]
    if (value !== undefined && typed[new Option(flags).attributeName()] === undefined) yield `${env}=${quoted(value)}`
  }
}

function quoted(text: string): string {
  return /^[\w./:,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
