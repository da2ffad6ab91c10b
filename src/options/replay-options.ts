import { OptionsError } from '../errors.js'
import type { Link } from '../plan/families/family.js'
import { parseScript } from '../plan/script/parse-script.js'
import type { Run } from '../plan/batch.js'
import type { ChangeScript } from '../plan/script/change-script.js'
import type { TableBaseline } from '../plan/plan-input.js'
import { parseShard } from '../plan/shard.js'
import { storeReturns } from '../tables/store-returns.js'
import { storeSales } from '../tables/store-sales.js'
import { carriedNames, type StreamOptions } from './option-table.js'
import { decodeResumeToken, decodeToken, readToken } from './token/read-token.js'
import { contentOfShard, type TokenContent, type TokenTable } from './token/token.js'

export interface GivenTable extends Pick<TokenTable, 'name' | 'parent' | 'identity'> {
  readonly baseline: TableBaseline
  /** How it hangs on its parent, and which tables it refers to. A token says so by the identity of its tables. */
  readonly link?: Link
  readonly refers?: readonly string[]
}

/** What stands in the tables before the first change, where it is given and not found there. */
export interface GivenStart {
  /** Parents come before their children. */
  readonly tables: readonly GivenTable[]
  /** Rows 1 … n of every table that are written as commit 0. */
  readonly baselineRows: number
}

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
  const { resume, script, token, tables } = options
  if (script !== undefined) return ofScript(script, tables)
  if (token !== undefined) return ofToken(asMade(decodeToken(token)), tables)
  if (options.target === 'none') {
    throw new OptionsError('Expected `resume` with a database, got the target `none`. Choose the one of the run.')
  }
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  if (typeof resume === 'string') {
    const content = decodeResumeToken(resume)
    return ofToken(shard ? contentOfShard(content, shard) : content, tables)
  }
  return resume && ofRecord(resume, options)
}

/** A record has the rows that stood there before, and the token of its plan. */
function ofRecord(record: ChangeScript, { shard, tables }: StreamOptions): ReplayOptions {
  const content = record.plan === undefined ? undefined : readToken(record.plan)
  if (shard !== undefined && content?.options.shard !== shard) {
    throw new OptionsError(
      `Expected the record of shard ${shard}, got one of ${content?.options.shard ?? 'a stream without shards'}. Resume with the shard's own.`,
    )
  }
  if (!content) return ofScript(record, tables)
  const { tables: given, baselineRows } = parseScript({ ...record, batches: [] })
  return { ...ofToken(content, tables), start: { tables: given, baselineRows } }
}

/** The commits that were made, instead of all that were planned, unless it is a token from before the first one. */
function asMade(content: TokenContent): TokenContent {
  const { commits, options } = content
  if (commits === undefined) return content
  const { continuous: _, ...others } = options
  return { ...content, options: { ...others, batches: commits } }
}

function ofToken(content: TokenContent, tables: StreamOptions['tables']): ReplayOptions {
  const { options, baselineRows, tables: given } = content
  return {
    options: { ...options, tables: tables ?? builtInTables(given) },
    start: {
      tables: given.map(({ maxKey, sequences, ...table }) => ({
        ...table,
        baseline: { maxKey, sequences, images: [] },
      })),
      baselineRows,
    },
    script: undefined,
  }
}

function ofScript(script: ChangeScript, tables: StreamOptions['tables']): ReplayOptions {
  const { batches, seed, rowOptions, tables: given, baselineRows } = parseScript(script)
  if (batches.length === 0) {
    throw new OptionsError('Expected `script` to have a batch, got none. Only `run()` takes an empty script.')
  }
  return {
    options: { batches: batches.length, seed, ...rowOptions, tables: tables ?? builtInTables(given) },
    start: { tables: given, baselineRows },
    script: batches,
  }
}

function builtInTables(tables: readonly { readonly name: string }[]): 'sales' | 'returns' | 'both' {
  const names = tables.map(({ name }) => name)
  const [sales, returns] = [storeSales, storeReturns].map(({ name }) => names.includes(name))
  if (names.length === Number(sales) + Number(returns) && names.length > 0) {
    return sales && returns ? 'both' : sales ? 'sales' : 'returns'
  }
  throw new OptionsError(
    `Expected ${storeSales.name} or ${storeReturns.name}, got ${names.join(', ')}. Set \`tables\` to the definitions.`,
  )
}
