import { longFlag } from '../../options/check-options.js'
import { optionsOf } from '../../options/option-table.js'
import { shardText } from '../../plan/shard.js'
import type { Environment } from '../../database/connection/environment.js'
import type { TypedOptions } from '../command-line.js'

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

function* givenOptions(typed: TypedOptions): Generator<string> {
  for (const [name, { command }] of optionsOf('shard')) {
    const value = typed[name]
    if (!command || value === undefined) continue
    yield typeof value === 'string' ? `${longFlag(command.flags)} ${quoted(value)}` : longFlag(command.flags)
  }
}

/** Those of the shell of `plan` are not there in the shell of a shard. */
function* givenVariables(typed: TypedOptions, environment: Environment): Generator<string> {
  for (const [name, { command }] of optionsOf('shard')) {
    const value = command && environment[command.variable]
    if (value !== undefined && typed[name] === undefined) yield `${command?.variable}=${quoted(value)}`
  }
}

function quoted(text: string): string {
  return /^[\w./:,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
