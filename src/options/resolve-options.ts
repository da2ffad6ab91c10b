import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { z } from 'zod'
import { OptionsError } from '../errors.js'
import type { Run } from '../plan/batch.js'
import { type Hazards, resolveHazards } from '../plan/hazards.js'
import { type Mix, resolveMix } from '../plan/mix.js'
import { type Overlap, resolveOverlap } from '../plan/overlap/overlap.js'
import { MOST_BASE, MOST_SHARDS, parseShard, type Shard, shardSeed } from '../plan/shard.js'
import type { ParsedScript } from '../plan/parse-script.js'
import { julianDay } from '../tables/julian-day.js'
import { keyRanges } from '../tables/scale.js'
import type { CdcOptions, MixWeights } from './cdc-options.js'
import { portableTables } from './load-tables.js'
import { type Pace, resolvePace } from './pace.js'
import { type GivenStart, replayOptions, startOf } from './replay-options.js'

/** Options that were checked, with their defaults. */
export interface ResolvedOptions {
  /** Infinity for a stream that goes on until it is stopped. */
  readonly batches: number
  readonly batchSize: number
  /** undefined is as fast as the database takes batches. */
  readonly pace: Pace | undefined
  readonly ratio: number | MixWeights | undefined
  readonly mix: Mix
  readonly hazards: Hazards | undefined
  readonly overlap: Overlap | undefined
  readonly tables: NonNullable<CdcOptions['tables']>
  /** Given or drawn. */
  readonly streamSeed: number
  /** From which the changes follow: that of the stream, or one of its shard. */
  readonly seed: number
  readonly shard: Shard | undefined
  readonly base: number | undefined
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate: string | undefined
  readonly businessDay: number | undefined
  readonly createTables: boolean
  readonly retryFor: number
  readonly answerWithin: number
  /** What a script or a token says of the tables before the first change. */
  readonly start: GivenStart | undefined
  /** The runs of every batch, where a script gives them. */
  readonly script: readonly (readonly Run[])[] | undefined
  /** Whether commits that were made before are looked for in the tables. */
  readonly resumes: boolean
  /** The file that the changes are recorded in. */
  readonly record: string | undefined
}

const MOST_BATCHES = 2_147_483_647
const MOST_CHANGES = 1_000_000
const DAY = 86_400_000
/** Longer than the server lets a statement take (`statement_timeout`, src/writer/session.ts). */
const ANSWER_WITHIN = 1_860_000
const LEAST_RATE = 0.001
const MOST_RATE = 1_000_000_000

const share = z.number().min(0).max(1)
const seconds = z.number().positive().max(DAY)
const rate = z.number().min(LEAST_RATE).max(MOST_RATE)
const stepRate = z.union([z.literal(0), rate])
const integer = (least: number, most: number) => z.int().min(least).max(most)

/** What each option can be, in words, and where else it is set. */
const rules = {
  batches: [integer(1, MOST_BATCHES), `an integer from 1 to ${MOST_BATCHES}`, '--total-batches or CDC_BATCHES'],
  batchSize: [integer(1, MOST_CHANGES), `an integer from 1 to ${MOST_CHANGES}`, '--batch-size or CDC_BATCH_SIZE'],
  interval: [
    z.number().min(0).max(DAY),
    `a number of milliseconds from 0 to ${DAY}`,
    '--batch-interval or CDC_INTERVAL',
  ],
  rate: [rate, `a number of changes a second from ${LEAST_RATE} to ${MOST_RATE}`, '--rate or CDC_RATE'],
  schedule: [
    z
      .array(
        z.union([
          z.object({ rate: stepRate, seconds: seconds.optional() }).strict(),
          z.object({ from: stepRate, to: stepRate, seconds }).strict(),
        ]),
      )
      .min(1)
      .max(1000),
    `a list of steps { seconds, rate } or { seconds, from, to } with rates of 0 or from ${LEAST_RATE} to ${MOST_RATE}`,
    '--schedule or CDC_SCHEDULE',
  ],
  ratio: [
    z.union([z.number(), z.object({ insert: z.number(), update: z.number(), delete: z.number() }).partial().strict()]),
    'a number, or weights { insert, update, delete }',
    '--ratio or CDC_RATIO',
  ],
  hazards: [
    z
      .object({ hotKeys: share, sameKeyChains: share, reinsert: share, noopUpdates: share, keyChange: z.unknown() })
      .partial()
      .strict(),
    'shares from 0 to 1 of hotKeys, sameKeyChains, reinsert and noopUpdates',
    '--hazards or CDC_HAZARDS',
  ],
  tables: [
    z.union([z.enum(['sales', 'returns', 'both']), z.array(z.custom((table) => typeof table === 'object')).min(1)]),
    'sales, returns, both, or a list of table definitions',
    '--tables or CDC_TABLES',
  ],
  shard: [
    z.string().refine(parseShard),
    `a place and a number of shards up to ${MOST_SHARDS}, such as 2/4`,
    '--shard or CDC_SHARD',
  ],
  base: [integer(0, MOST_BASE), `an integer from 0 to ${MOST_BASE}`, '--base or CDC_BASE'],
  seed: [integer(0, 0xffff_ffff), `an integer from 0 to ${0xffff_ffff}`, '--seed or CDC_SEED'],
  scale: [z.number(), 'a TPC-DS scale factor', '--scale or CDC_SCALE'],
  nulls: [z.enum(['tpcds', 'none']), 'tpcds or none', '--nulls or CDC_NULLS'],
  businessDate: [z.string(), 'a date as YYYY-MM-DD', '--business-date or CDC_BUSINESS_DATE'],
  continuous: [z.boolean(), 'true or false', '--continuous or CDC_CONTINUOUS'],
  createTables: [z.boolean(), 'true or false', '--create-tables or CDC_CREATE_TABLES'],
  answerWithin: [z.number().min(100).max(DAY), `a number of milliseconds from 100 to ${DAY}`, '`answerWithin`'],
  retryFor: [z.number().min(0).max(DAY), `a number of milliseconds from 0 to ${DAY}`, '`retryFor`'],
  writers: [integer(1, 16), 'an integer from 1 to 16', '--writers or CDC_WRITERS'],
  lateCommit: [share, 'a share from 0 to 1', '--late-commit or CDC_LATE_COMMIT'],
  rollback: [share, 'a share from 0 to 1', '--rollback or CDC_ROLLBACK'],
  longTransaction: [integer(0, 1000), 'an integer from 0 to 1000', '--long-transaction or CDC_LONG_TRANSACTION'],
  reset: [z.union([z.string(), z.array(z.string())]), 'SQL, or a list of SQL', '`reset`'],
  record: [z.string().min(1), 'the name of a file', '--record or CDC_RECORD'],
} as const

type RuledOption = keyof typeof rules

/** What each option can be, in words, for the documentation. */
export const optionRules: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(rules).map(([name, [, words]]) => [name, words]),
)

/**
 * Checks options and completes them.
 *
 * @throws OptionsError that names the first option that cannot work, what it may be, and where it is set
 */
export function resolveOptions(given: CdcOptions): ResolvedOptions {
  const replay = replayOptions(given)
  const options = { ...given, ...replay?.options }
  for (const name of Object.keys(rules) as RuledOption[]) checkOption(name, options[name])
  const { continuous = false, ratio, scale = 1, businessDate } = options
  if (continuous && options.batches !== undefined) {
    throw new OptionsError(
      'Expected either `continuous` (--continuous) or `batches` (--total-batches), got both. Leave one of them out.',
    )
  }
  keyRanges(scale)
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  const streamSeed = options.seed ?? randomSeed(shard)
  return Object.freeze({
    batches: continuous ? Number.POSITIVE_INFINITY : (options.batches ?? 50),
    batchSize: options.batchSize ?? 200,
    pace: resolvePace(options),
    ratio,
    mix: resolveMix(ratio),
    hazards: resolveHazards(options.hazards),
    overlap: resolveOverlap(options),
    tables: portableTables(options.tables ?? 'both'),
    streamSeed,
    seed: shard ? shardSeed(streamSeed, shard.index) : streamSeed,
    shard,
    base: options.base ?? (shard ? 0 : undefined),
    scale,
    nulls: options.nulls ?? 'tpcds',
    businessDate,
    businessDay: businessDate === undefined ? undefined : julianDay(businessDate),
    createTables: options.createTables ?? false,
    retryFor: options.retryFor ?? 60_000,
    answerWithin: options.answerWithin ?? ANSWER_WITHIN,
    start: replay?.start,
    script: replay?.script,
    resumes: given.resume !== undefined,
    record: options.record === undefined ? undefined : resolve(options.record),
  })
}

/** The options of a stream that executes a script on the tables of another one. */
export function scriptOptions(options: ResolvedOptions, script: ParsedScript): ResolvedOptions {
  const { seed, scale, nulls, businessDate, businessDay, batches } = script
  if (options.shard || options.base !== undefined) {
    throw new OptionsError(
      'Expected `run()` on a stream without `shard` and `base`, because a script brings its own keys, got one with. Leave them out.',
    )
  }
  keyRanges(scale)
  const shaping = { batches: batches.length, streamSeed: seed, seed, scale, nulls, businessDate, businessDay }
  return Object.freeze({
    ...options,
    ...shaping,
    ratio: undefined,
    hazards: undefined,
    overlap: undefined,
    pace: undefined,
    start: startOf(script),
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

function checkOption(name: RuledOption, value: unknown): void {
  const [schema, expectation, where] = rules[name]
  if (value === undefined || schema.safeParse(value).success) return
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)?.replaceAll(/^"|"$/g, '')
  throw new OptionsError(`Expected \`${name}\` to be ${expectation}, got \`${shown}\`. Set ${where}.`)
}

/** @throws OptionsError for what no stream can keep to */
export function checkRate(changesPerSecond: number): void {
  checkOption('rate', changesPerSecond)
}
