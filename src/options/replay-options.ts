import { OptionsError } from '../errors.js'
import { type ParsedScript, parseScript } from '../plan/parse-script.js'
import type { Run } from '../plan/batch.js'
import type { ChangeScript } from '../plan/change-script.js'
import type { TableBaseline } from '../plan/plan-input.js'
import { parseShard } from '../plan/shard.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import type { CdcOptions } from './cdc-options.js'
import { decodeResumeToken, decodeToken, readToken } from './read-token.js'
import type { TokenContent } from './token.js'
import { contentOfShard } from './token-of-shard.js'

/** What stands in the tables before the first change, where it is given and not found there. */
export interface GivenStart {
  /** Parents come before their children. */
  readonly tables: ParsedScript['tables']
  readonly baseline: readonly TableBaseline[]
  /** Rows 1 … n of every table that are written as commit 0. */
  readonly baselineRows: number
}

/** What a script or a token says of a stream. */
export interface ReplayOptions {
  readonly options: CdcOptions
  readonly start: GivenStart
  readonly script: readonly (readonly Run[])[] | undefined
}

/** The options that shape the changes. */
export const shapingOptions: readonly (keyof CdcOptions)[] = [
  'batches',
  'batchSize',
  'ratio',
  'hazards',
  'writers',
  'lateCommit',
  'rollback',
  'longTransaction',
  'continuous',
  'shard',
  'base',
  'seed',
  'scale',
  'nulls',
  'businessDate',
]

/**
 * Takes the options that shape the changes from a script or a token, if there is one.
 *
 * @throws OptionsError when it is none, or when another option shapes the changes as well
 */
export function replayOptions(options: CdcOptions): ReplayOptions | undefined {
  const [name, other] = (['resume', 'script', 'token'] as const).filter((source) => options[source] !== undefined)
  if (name === undefined) return undefined
  // The token of one shard says all about the others, but for which one it is.
  const shaping = shapingOptions.filter((option) => name !== 'resume' || option !== 'shard')
  const extra = other ?? shaping.find((option) => options[option] !== undefined)
  if (extra) {
    throw new OptionsError(
      `Expected \`${name}\` alone to say what changes, got \`${extra}\` as well. Leave one of them out.`,
    )
  }
  if (name === 'resume') return ofResume(options, options.resume!)
  return name === 'token' ? ofToken(options, decodeToken(options.token!)) : ofScript(options, options.script!)
}

/** What says how a run is to go on. A record has the rows that stood there before, and the token of its plan. */
function ofResume(options: CdcOptions, resume: string | ChangeScript): ReplayOptions {
  if (options.target === 'none') {
    throw new OptionsError('Expected `resume` with a database, got the target `none`. Choose the one of the run.')
  }
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  if (typeof resume === 'string') {
    const content = decodeResumeToken(resume)
    return asPlanned(options, shard ? contentOfShard(content, shard) : content)
  }
  const content = resume.plan === undefined ? undefined : readToken(resume.plan)
  if (shard && content?.shard !== options.shard) {
    throw new OptionsError(
      `Expected the record of shard ${options.shard}, got one of ${content?.shard ?? 'a stream without shards'}. Resume with the shard's own.`,
    )
  }
  if (!content) return ofScript(options, resume)
  return { ...asPlanned(options, content), start: startOf(parseScript({ ...resume, batches: [] })) }
}

/** All commits that were planned, instead of those that were made. */
function asPlanned(options: CdcOptions, content: TokenContent): ReplayOptions {
  const { options: shaping, ...rest } = ofToken(options, content)
  const { batches: _, ...others } = shaping
  const { batches } = content
  return { ...rest, options: { ...others, ...(batches === undefined ? { continuous: true } : { batches }) } }
}

function ofScript(options: CdcOptions, script: ChangeScript): ReplayOptions {
  const parsed = parseScript(script)
  if (parsed.batches.length === 0) {
    throw new OptionsError('Expected `script` to have a batch, got none. Only `run()` takes an empty script.')
  }
  const { seed, scale, nulls, businessDate } = parsed
  const tables = options.tables ?? builtInTables(parsed.tables.map((table) => table.name))
  return {
    options: {
      batches: parsed.batches.length,
      seed,
      scale,
      nulls,
      tables,
      ...(businessDate === undefined ? {} : { businessDate }),
    },
    start: startOf(parsed),
    script: parsed.batches,
  }
}

function ofToken(options: CdcOptions, content: TokenContent): ReplayOptions {
  const { commits, seed, batchSize, ratio, hazards, overlap, scale, nulls, businessDate, baselineRows, first } = content
  const { shard, base } = content
  const names = first.map(({ name }) => name)
  return {
    options: {
      batches: commits,
      seed,
      batchSize,
      scale,
      nulls,
      tables: options.tables ?? builtInTables(names),
      ...(shard === undefined ? {} : { shard }),
      ...(base === undefined ? {} : { base }),
      ...(ratio === undefined ? {} : { ratio }),
      ...(hazards === undefined ? {} : { hazards }),
      ...overlap,
      ...(businessDate === undefined ? {} : { businessDate }),
    },
    start: {
      tables: first.map(({ name, parent }) => ({ name, parent })),
      baseline: first.map(({ maxKey, sequences }) => ({ maxKey, sequences, images: [] })),
      baselineRows,
    },
    script: undefined,
  }
}

/** What a script says of the time before its first change. */
export function startOf({ tables, baseline, baselineRows }: ParsedScript): GivenStart {
  return { tables, baseline, baselineRows }
}

/** The option that means the built-in tables of these names. */
function builtInTables(names: readonly string[]): 'sales' | 'returns' | 'both' {
  const [sales, returns] = [storeSales.name, storeReturns.name].map((name) => names.includes(name))
  if (names.length === Number(sales) + Number(returns) && names.length > 0) {
    return sales && returns ? 'both' : sales ? 'sales' : 'returns'
  }
  throw new OptionsError(
    `Expected ${storeSales.name} or ${storeReturns.name}, got ${names.join(', ')}. Set \`tables\` to the definitions.`,
  )
}
