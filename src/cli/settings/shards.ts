import { MOST_SHARDS } from '../../plan/shard.js'
import { readInteger, readNumber, readText } from '../read-value.js'
import type { SettingGroup } from './setting.js'

/** Which part of a stream is written here. */
export interface ShardSettings {
  /** Such as `2/4`. */
  readonly shard: string | undefined
  readonly shards: number | undefined
  readonly base: number | undefined
}

export const shardSettings: SettingGroup<ShardSettings> = {
  shard: {
    flags: '--shard <i/n>',
    env: 'CDC_SHARD',
    help: 'write one of n disjoint shares of the same tables, 1/4 to 4/4, each from a process or machine of its own; needs the same --seed, --base and other options everywhere',
    shown: 'all of it',
    fallback: undefined,
    read: readText,
  },
  shards: {
    flags: '--shards <n>',
    env: 'CDC_SHARDS',
    help: 'how many shards there are, for `plan` and `verify`, and for a run that finds its place in JOB_COMPLETION_INDEX, as the pods of a Kubernetes Indexed Job do',
    shown: 'one, without shards',
    fallback: undefined,
    read: readInteger(1, MOST_SHARDS),
  },
  base: {
    flags: '--base <number>',
    env: 'CDC_BASE',
    help: 'what all ids and tickets are above, as `plan` prints it, instead of the largest that are found in the tables',
    shown: 'those that are found; 0 with --shard',
    fallback: undefined,
    read: readNumber('1000000'),
  },
}
