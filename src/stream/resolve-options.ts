import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { OptionsError } from '../errors.js'
import { type Mix, resolveMix } from '../plan/mix.js'
import { julianDay } from '../tables/julian-day.js'
import { keyRanges } from '../tables/scale.js'
import type { CdcOptions, MixWeights } from './cdc-options.js'
import { portableTables } from './load-tables.js'

/** Options that were checked, with their defaults. */
export interface ResolvedOptions {
  /** Infinity for a stream that goes on until it is stopped. */
  readonly batches: number
  readonly batchSize: number
  readonly interval: number
  readonly ratio: number | MixWeights | undefined
  readonly mix: Mix
  readonly tables: NonNullable<CdcOptions['tables']>
  readonly seed: number
  readonly scale: number
  readonly nulls: 'tpcds' | 'none'
  readonly businessDate: string | undefined
  readonly businessDay: number | undefined
  readonly createTables: boolean
  readonly retryFor: number
}

const MOST_BATCHES = 2_147_483_647
const MOST_CHANGES = 1_000_000
const DAY = 86_400_000

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
  ratio: [
    z.union([z.number(), z.object({ insert: z.number(), update: z.number(), delete: z.number() }).partial().strict()]),
    'a number, or weights { insert, update, delete }',
    '--ratio or CDC_RATIO',
  ],
  tables: [
    z.union([z.enum(['sales', 'returns', 'both']), z.array(z.custom((table) => typeof table === 'object')).min(1)]),
    'sales, returns, both, or a list of table definitions',
    '--tables or CDC_TABLES',
  ],
  seed: [integer(0, 0xffff_ffff), `an integer from 0 to ${0xffff_ffff}`, '--seed or CDC_SEED'],
  scale: [z.number(), 'a TPC-DS scale factor', '--scale or CDC_SCALE'],
  nulls: [z.enum(['tpcds', 'none']), 'tpcds or none', '--nulls or CDC_NULLS'],
  businessDate: [z.string(), 'a date as YYYY-MM-DD', '--business-date or CDC_BUSINESS_DATE'],
  continuous: [z.boolean(), 'true or false', '--continuous or CDC_CONTINUOUS'],
  createTables: [z.boolean(), 'true or false', '--create-tables or CDC_CREATE_TABLES'],
  retryFor: [z.number().min(0).max(DAY), `a number of milliseconds from 0 to ${DAY}`, '`retryFor`'],
} as const

type RuledOption = keyof typeof rules

/**
 * Checks options and completes them.
 *
 * @throws OptionsError that names the first option that cannot work, what it may be, and where it is set
 */
export function resolveOptions(options: CdcOptions): ResolvedOptions {
  for (const name of Object.keys(rules) as RuledOption[]) checkOption(name, options[name])
  const { continuous = false, ratio, scale = 1, businessDate } = options
  if (continuous && options.batches !== undefined) {
    throw new OptionsError(
      'Expected either `continuous` (--continuous) or `batches` (--total-batches), got both. Leave one of them out.',
    )
  }
  keyRanges(scale)
  return Object.freeze({
    batches: continuous ? Number.POSITIVE_INFINITY : (options.batches ?? 50),
    batchSize: options.batchSize ?? 200,
    interval: options.interval ?? 2000,
    ratio,
    mix: resolveMix(ratio),
    tables: portableTables(options.tables ?? 'both'),
    seed: options.seed ?? randomInt(0x1_0000_0000),
    scale,
    nulls: options.nulls ?? 'tpcds',
    businessDate,
    businessDay: businessDate === undefined ? undefined : julianDay(businessDate),
    createTables: options.createTables ?? false,
    retryFor: options.retryFor ?? 60_000,
  })
}

function checkOption(name: RuledOption, value: unknown): void {
  const [schema, expectation, where] = rules[name]
  if (value === undefined || schema.safeParse(value).success) return
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)?.replaceAll(/^"|"$/g, '')
  throw new OptionsError(`Expected \`${name}\` to be ${expectation}, got \`${shown}\`. Set ${where}.`)
}
