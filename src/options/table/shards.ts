import * as z from 'zod/mini'
import { MOST_BASE, MOST_SHARDS, parseShard } from '../../plan/shard.js'
import { option } from '../option.js'
import { readInteger, readText, integer, value } from '../values.js'

/** Which part of a stream is written here. */
export const shardOptions = {
  /**
   * One of several streams that write to the same tables at the same time, `'1/4'` to `'4/4'`, from anywhere and knowing
   * nothing of one another: each writes the ids above `base` + (i − 1) · 2^31, of which it makes 2,140,000,000 at most, and
   * has values of its own, which follow from the `seed` that all of them are given. `batches`, `rate` and so on are those
   * of one shard, and each numbers its own commits. @default the stream has the tables to itself
   */
  shard: option({
    value: value<string>(
      z.string().check(z.refine((text) => parseShard(text) !== undefined)),
      `a place and a number of shards up to ${MOST_SHARDS}, such as 2/4`,
      readText,
    ),
    has: ['engine', 'command'],
    carried: true,
    command: {
      flags: '--shard <i/n>',
      variable: 'CDC_SHARD',
      help: 'write one of n disjoint shares of the same tables, 1/4 to 4/4, each from a process or machine of its own; needs the same --seed, --base and other options everywhere',
      shown: 'all of it',
      line: { text: (shard) => `shard=${shard}` },
    },
  }),
  /** How many shards there are. @default one, without shards */
  shards: option({
    value: value<number>(
      z.int().check(z.gte(1), z.lte(MOST_SHARDS)),
      `an integer from 1 to ${MOST_SHARDS}`,
      readInteger(1, MOST_SHARDS),
    ),
    has: ['command'],
    command: {
      flags: '--shards <n>',
      variable: 'CDC_SHARDS',
      help: 'how many shards there are, for `plan` and `verify`, and for a run that finds its place in JOB_COMPLETION_INDEX, as the pods of a Kubernetes Indexed Job do',
      shown: 'one, without shards',
    },
  }),
  /**
   * What all ids and tickets of the stream are above, instead of the largest that are found in the tables.
   * @default those that are found; with `shard` 0
   */
  base: option({
    value: integer(0, MOST_BASE),
    has: ['engine', 'command'],
    carried: true,
    command: {
      flags: '--base <number>',
      variable: 'CDC_BASE',
      help: 'what all ids and tickets are above, as `plan` prints it, instead of the largest that are found in the tables',
      shown: 'those that are found; 0 with --shard',
      example: '1000000',
      line: { text: (base) => `base=${base}` },
    },
  }),
}
