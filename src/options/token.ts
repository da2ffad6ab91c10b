import { PLAN_FORMAT, type PlanInput } from '../plan/plan-input.js'
import type { StreamOptions } from './option-table.js'
import type { ResolvedOptions } from './resolve-options.js'
import { tableIdentity } from './table-identity.js'

/** The form of tokens; read-token.ts still reads those of form 1. */
export const TOKEN_FORM = 2

/** What makes the changes of a run what they are; a token is this as one word. Holds no connection. */
export interface TokenContent {
  readonly form: number
  /** The plan format. */
  readonly format: number
  /** How many commits were made; none for a token from before the first one, which stands for all that was planned. */
  readonly commits?: number | undefined
  /** Those that shape the changes, and are not the default. Shards share the `seed` of their stream. */
  readonly options: StreamOptions
  /** Rows of every table that were written as commit 0. */
  readonly baselineRows: number
  /** The changes came from a script, which is not in the token. */
  readonly scripted?: boolean | undefined
  /** Parents come before their children. */
  readonly tables: readonly TokenTable[]
  /** The file and full name of the test whose changes they are. */
  readonly test?: string | undefined
  /** A point in a job's conversation with the database, and what was done there. */
  readonly place?: TokenPlace | undefined
}

/** A table, and what stood in it before. */
export interface TokenTable {
  readonly name: string
  readonly parent?: string | undefined
  /** By value: see table-identity.ts. None in tokens of form 1. */
  readonly identity?: string | undefined
  readonly maxKey: number
  readonly sequences: Readonly<Record<string, number>>
  /** Rows that stood there before and took part; they are not in the token. */
  readonly sampled: number
}

/** Where in a job's conversation something was done. */
export interface TokenPlace {
  readonly statement: string
  /** 1 for the first time that the statement was sent. */
  readonly occurrence: number
  readonly done: string
  /** Where it was done at two places. */
  readonly second?: Pick<TokenPlace, 'statement' | 'occurrence'> | undefined
}

/** Which tables a run has, or will have, and what stands in them before it. */
export type Begun = Pick<PlanInput, 'tables' | 'baselineRows'>

/** What a run's token says. */
export function describeRun(options: ResolvedOptions, begun: Begun, commits?: number): TokenContent {
  const { tables, baselineRows } = begun
  return {
    form: TOKEN_FORM,
    format: PLAN_FORMAT,
    ...(commits !== undefined && { commits }),
    options: options.told,
    baselineRows,
    ...(options.script && { scripted: true }),
    tables: tables.map(({ definition, baseline }) => {
      const { name, parent } = definition
      const { maxKey, sequences, images } = baseline
      const kept = tables.find((table) => table.definition.name === parent?.table)?.definition.name
      return {
        name,
        ...(kept !== undefined && { parent: kept }),
        identity: tableIdentity(definition, options),
        maxKey,
        sequences: options.shard ? sequences : begunSequences(sequences),
        sampled: images.length,
      }
    }),
  }
}

/** What it takes to make the same changes again, as one word. The same run has the same word. */
export function encodeToken(options: ResolvedOptions, begun: Begun, commits?: number): string {
  return writeToken(describeRun(options, begun, commits))
}

/** The token that says this. */
export function writeToken(content: TokenContent): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** Whether a token holds all that the changes of a run follow from. */
export function isComplete(options: ResolvedOptions, begun: Begun): boolean {
  return !options.script && begun.tables.every(({ baseline }) => baseline.images.length === 0)
}

/** Scripts leave out what is 0. */
function begunSequences(sequences: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const isCounted = Object.values(sequences).some((value) => value > 0)
  return isCounted ? sequences : {}
}
