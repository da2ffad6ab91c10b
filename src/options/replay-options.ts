import { OptionsError } from '../errors.js'
import { type ParsedScript, parseScript } from '../plan/parse-script.js'
import type { Run } from '../plan/batch.js'
import type { ChangeScript } from '../plan/change-script.js'
import type { TableBaseline } from '../plan/plan-input.js'
import { parseShard } from '../plan/shard.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import { carriedNames, type StreamOptions } from './option-table.js'
import { decodeResumeToken, decodeToken, readToken } from './read-token.js'
import type { TokenContent, TokenTable } from './token.js'
import { contentOfShard } from './token-of-shard.js'

/** A table that a script or a token names. */
export interface GivenTable extends Pick<TokenTable, 'name' | 'parent' | 'identity'> {
  readonly baseline: TableBaseline
}

/** What stands in the tables before the first change, where it is given and not found there. */
export interface GivenStart {
  /** Parents come before their children. */
  readonly tables: readonly GivenTable[]
  /** Rows 1 … n of every table that are written as commit 0. */
  readonly baselineRows: number
}

/** What a script or a token says of a stream. */
export interface ReplayOptions {
  readonly options: StreamOptions
  readonly start: GivenStart
  readonly script: readonly (readonly Run[])[] | undefined
}

/**
 * Takes the options that shape the changes from a script or a token, if there is one.
 *
 * @throws OptionsError when it is none, or when another option shapes the changes as well
 */
export function replayOptions(options: StreamOptions): ReplayOptions | undefined {
  const [name, other] = (['resume', 'script', 'token'] as const).filter((source) => options[source] !== undefined)
  if (name === undefined) return undefined
  // The token of one shard says all about the others, but for which one it is.
  const shaping = carriedNames.filter((option) => name !== 'resume' || option !== 'shard')
  const extra = other ?? shaping.find((option) => options[option] !== undefined)
  if (extra) {
    throw new OptionsError(
      `Expected \`${name}\` alone to say what changes, got \`${extra}\` as well. Leave one of them out.`,
    )
  }
  const { resume, token, script } = options
  if (resume !== undefined) return ofResume(options, resume)
  return token === undefined ? script && ofScript(options, script) : asMade(options, decodeToken(token))
}

/** What says how a run is to go on. A record has the rows that stood there before, and the token of its plan. */
function ofResume(options: StreamOptions, resume: string | ChangeScript): ReplayOptions {
  if (options.target === 'none') {
    throw new OptionsError('Expected `resume` with a database, got the target `none`. Choose the one of the run.')
  }
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  if (typeof resume === 'string') {
    const content = decodeResumeToken(resume)
    return asPlanned(options, shard ? contentOfShard(content, shard) : content)
  }
  const content = resume.plan === undefined ? undefined : readToken(resume.plan)
  if (shard && content?.options.shard !== options.shard) {
    throw new OptionsError(
      `Expected the record of shard ${options.shard}, got one of ${content?.options.shard ?? 'a stream without shards'}. Resume with the shard's own.`,
    )
  }
  if (!content) return ofScript(options, resume)
  return { ...asPlanned(options, content), start: startOf(parseScript({ ...resume, batches: [] })) }
}

/** The commits that were made; of a token from before the first one, all that were planned. */
function asMade(options: StreamOptions, content: TokenContent): ReplayOptions {
  const { commits } = content
  const planned = asPlanned(options, content)
  if (commits === undefined) return planned
  const { continuous: _, ...others } = planned.options
  return { ...planned, options: { ...others, batches: commits } }
}

/** All commits that were planned, instead of those that were made. */
function asPlanned(options: StreamOptions, content: TokenContent): ReplayOptions {
  const { options: carried, baselineRows, tables } = content
  return {
    options: { ...carried, tables: options.tables ?? builtInTables(tables.map(({ name }) => name)) },
    start: {
      tables: tables.map(({ maxKey, sequences, ...table }) => ({
        ...table,
        baseline: { maxKey, sequences, images: [] },
      })),
      baselineRows,
    },
    script: undefined,
  }
}

function ofScript(options: StreamOptions, script: ChangeScript): ReplayOptions {
  const parsed = parseScript(script)
  const { batches, seed, rowOptions } = parsed
  if (batches.length === 0) {
    throw new OptionsError('Expected `script` to have a batch, got none. Only `run()` takes an empty script.')
  }
  const tables = options.tables ?? builtInTables(parsed.tables.map((table) => table.name))
  return {
    options: { batches: batches.length, seed, ...rowOptions, tables },
    start: startOf(parsed),
    script: batches,
  }
}

/** What a script says of the time before its first change. */
export function startOf({ tables, baselineRows }: ParsedScript): GivenStart {
  return { tables, baselineRows }
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
