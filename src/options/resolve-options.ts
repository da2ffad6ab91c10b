import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { OptionsError } from '../errors.js'
import type { Run } from '../plan/batch.js'
import { type Hazards, resolveHazards } from '../plan/mix/hazards.js'
import { type Mix, resolveMix } from '../plan/mix/mix.js'
import { type Overlap, resolveOverlap } from '../plan/overlap/overlap.js'
import type { ParsedScript } from '../plan/script/parse-script.js'
import { parseShard, type Shard, shardSeed } from '../plan/shard.js'
import { type RowSetting, toRowSetting } from '../tables/row-options.js'
import { completeOptions } from './check-options.js'
import { portableTables, type TablesOption } from './load-tables.js'
import { carriedOptions, type StreamOptions } from './option-table.js'
import { type Pace, resolvePace } from './pace.js'
import { type GivenStart, replayOptions } from './replay-options.js'

/** Options that were checked, with their defaults, and what follows from them. */
export interface ResolvedOptions extends RowSetting {
  /** Infinity for a stream that goes on until it is stopped. */
  readonly batches: number
  readonly batchSize: number
  /** undefined is as fast as the database takes batches. */
  readonly pace: Pace | undefined
  readonly mix: Mix
  readonly hazards: Hazards | undefined
  readonly overlap: Overlap | undefined
  readonly tables: TablesOption
  /** Given or drawn. */
  readonly streamSeed: number
  /** From which the changes follow: that of the stream, or one of its shard. */
  readonly seed: number
  readonly shard: Shard | undefined
  readonly base: number | undefined
  readonly createTables: boolean
  readonly retryFor: number
  readonly answerWithin: number
  readonly carried: StreamOptions
  /** What a script or a token says of the tables before the first change. */
  readonly start: GivenStart | undefined
  /** The runs of every batch, where a script gives them. */
  readonly script: readonly (readonly Run[])[] | undefined
  /** Whether commits that were made before are looked for in the tables. */
  readonly resumes: boolean
  readonly record: string | undefined
}

/** @throws OptionsError that names the first option that cannot work, what it may be, and where it is set */
export function resolveOptions(given: StreamOptions): ResolvedOptions {
  const replay = replayOptions(given)
  const options = { ...given, ...replay?.options }
  const all = completeOptions(options, 'engine')
  const { continuous, batchSize, createTables, retryFor, answerWithin } = all
  if (continuous && options.batches !== undefined) {
    throw new OptionsError(
      'Expected either `continuous` (--continuous) or `batches` (--total-batches), got both. Leave one of them out.',
    )
  }
  const shard = all.shard === undefined ? undefined : parseShard(all.shard)
  const streamSeed = all.seed ?? randomSeed(shard)
  return Object.freeze({
    batches: continuous ? Number.POSITIVE_INFINITY : all.batches,
    batchSize,
    pace: resolvePace(options, all.interval),
    mix: resolveMix(all.ratio),
    hazards: resolveHazards(all.hazards),
    overlap: resolveOverlap(all),
    tables: portableTables(all.tables),
    streamSeed,
    seed: shard ? shardSeed(streamSeed, shard.index) : streamSeed,
    shard,
    base: all.base ?? (shard ? 0 : undefined),
    ...toRowSetting(all),
    createTables,
    retryFor,
    answerWithin,
    carried: carriedOptions({ ...options, seed: streamSeed }),
    start: replay?.start,
    script: replay?.script,
    resumes: given.resume !== undefined,
    record: all.record === undefined ? undefined : resolve(all.record),
  })
}

/** The options of a stream that executes a script on the tables of another one. */
export function scriptOptions(options: ResolvedOptions, script: ParsedScript): ResolvedOptions {
  const { seed, scale, nulls, businessDay, rowOptions, batches } = script
  if (options.shard || options.base !== undefined) {
    throw new OptionsError(
      'Expected `run()` on a stream without `shard` and `base`, because a script brings its own keys, got one with. Leave them out.',
    )
  }
  return Object.freeze({
    ...options,
    batches: batches.length,
    streamSeed: seed,
    seed,
    scale,
    nulls,
    businessDay,
    hazards: undefined,
    overlap: undefined,
    pace: undefined,
    carried: carriedOptions({ ...rowOptions, batches: batches.length, seed }),
    start: { tables: script.tables, baselineRows: script.baselineRows },
    script: batches,
    resumes: false,
    record: undefined,
  })
}

/** @throws OptionsError for shards, which would draw a seed each */
function randomSeed(shard: Shard | undefined): number {
  if (!shard) return randomInt(0x1_0000_0000)
  throw new OptionsError('Expected `seed` with `shard`, the same for all shards, got none. Set --seed or CDC_SEED.')
}
