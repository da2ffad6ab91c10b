import { OptionsError } from '../errors.js'
import { parseShard, shardText } from '../plan/shard.js'
import type { Environment } from '../database/connection/environment.js'
import type { CommandName, FoundSettings } from './read-settings.js'
import { isLasting } from './resume.js'
import type { Settings } from './settings.js'

/** What the pods of a Kubernetes Indexed Job are told: 0, 1, 2 … */
const INDEX = 'JOB_COMPLETION_INDEX'

type ShardSettings = Pick<Settings, 'shard' | 'shards'>

/**
 * Finds out which shard this is: the one that is given, or the one with the index that Kubernetes gives.
 *
 * @throws OptionsError when there is none in spite of a number of shards, or two
 */
export function oneShard(
  { shard, shards }: FoundSettings,
  environment: Environment,
  command: CommandName,
): ShardSettings {
  const { value: count } = shards
  if (command !== 'run') {
    if (shard.source !== 'option') return { shard: undefined, shards: count }
    throw new OptionsError(
      `Expected --shards with \`${command}\`, which is for all of them, got --shard. Leave it out.`,
    )
  }
  if (shard.value === undefined) return { shard: byIndex(count, shards.name, environment), shards: count }
  const own = parseShard(shard.value)
  const isOverruled = shard.source === 'option' && shards.source !== 'option'
  if (own && count !== undefined && count !== own.count && !isOverruled) {
    throw new OptionsError(
      `Expected ${shard.name} and ${shards.name} to agree, got ${shard.value} and ${count}. Leave one of them out.`,
    )
  }
  return { shard: shard.value, shards: count }
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

/**
 * Refuses to share a database that nobody else reaches.
 *
 * @throws OptionsError
 */
export function expectShared(settings: Settings, what: string, environment: Environment): void {
  if (isLasting(settings, environment)) return
  throw new OptionsError(
    `Expected ${what} with a database that all shards reach, got one that is started for this run. Set CLOUDBERRY_HOST or --target configured.`,
  )
}
