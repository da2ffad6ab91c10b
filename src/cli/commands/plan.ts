import { randomInt } from 'node:crypto'
import { OptionsError } from '../../errors.js'
import { firstShard, planShards, type ShardPlan } from '../../shards/plan-shards.js'
import { resolveOptions } from '../../options/resolve-options.js'
import { openTarget } from '../../database/open-target.js'
import { readSettings } from '../settings/read-settings.js'
import { type Settings, expectShared } from '../settings/settings.js'
import type { Asked, TypedOptions } from '../command-line.js'
import type { Surroundings } from '../host.js'
import type { Answer } from '../output/print.js'
import { streamOptions } from '../settings/stream-options.js'
import { countText } from '../output/log-line.js'
import { longFlag } from '../../options/check-options.js'
import { optionsOf } from '../../options/option-table.js'
import { shardText } from '../../plan/shard.js'
import type { Environment } from '../../database/connection/environment.js'

/** How several processes can share the work of one stream: the base, and a command for each. */
export async function plan({ typed }: Asked, { environment }: Surroundings): Promise<Answer> {
  const settings = readSettings(typed, environment, 'plan')
  const { target, shards, dataDir, json } = settings
  if (target === 'none') {
    throw new OptionsError('Expected `plan` with a database, got --target none. With none, the base is what you like.')
  }
  expectShared(settings, '`plan`', environment)
  const options = { ...streamOptions(settings), seed: settings.seed ?? randomInt(0x1_0000_0000) }
  // Wrong options are refused before anything is opened.
  resolveOptions(firstShard(options, shards))
  await using opened = await openTarget(target, { environment, dataDir })
  const { connection } = opened
  const planned = await planShards(options, shards, connection)
  const commands = shardCommands({ shards, base: planned.base, seed: planned.seed }, typed, environment)
  return { out: json ? asJson(planned, settings, commands) : asText(planned, settings, commands, connection.schema) }
}

function asJson({ base, seed, firstIds, token }: ShardPlan, { shards }: Settings, commands: readonly string[]): string {
  const each = commands.map((command, index) => ({
    shard: shards === undefined ? undefined : `${index + 1}/${shards}`,
    firstId: firstIds[index],
    command,
  }))
  return `${JSON.stringify({ base, seed, token, commands: each })}\n`
}

function asText(planned: ShardPlan, settings: Settings, commands: readonly string[], schema: string): string {
  const { base, rows, created, firstIds, token } = planned
  const { shards } = settings
  const tables = Object.entries(rows).map(([table, count]) => {
    const now = created.includes(table) ? 'created now' : count === undefined ? 'not there' : countText(count, 'row')
    return `${table} (${now})`
  })
  const whose = settings.base === undefined ? 'the largest id or ticket in' : 'as given; in the database:'
  const lines = [`# Base ${base}: ${whose} ${new Intl.ListFormat('en').format(tables)}, schema ${schema}`]
  for (const [index, command] of commands.entries()) {
    const name = shards === undefined ? 'The stream' : `Shard ${index + 1}/${shards}`
    lines.push(`# ${name}: ids from ${firstIds[index]} on`, command)
  }
  if (token === undefined) {
    lines.push(
      '# Rows stand in the tables. For --resume, and for `cloudberry-cdc verify`, each shard needs a --record of its own.',
    )
  } else {
    const which = shards === undefined ? '' : ' --shard …'
    lines.push(`# To begin, or to go on after a crash: cloudberry-cdc${which} --resume TOKEN. Afterwards:`)
    lines.push(`cloudberry-cdc verify ${token}`)
  }
  return `${lines.join('\n')}\n`
}

/** One command for each shard, with the options and variables that `plan` was given; to be pasted into a shell. */
export function shardCommands(
  { shards, base, seed }: Pick<ShardPlan, 'base' | 'seed'> & Pick<Settings, 'shards'>,
  typed: TypedOptions,
  environment: Environment,
): string[] {
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
