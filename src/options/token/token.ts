import { OptionsError } from '../../errors.js'
import { parseShard, type Shard, shardStart, shardText } from '../../plan/shard.js'
import { optionTable, type StreamOptions } from '../option-table.js'

/** The form of tokens; read-token.ts still reads those of form 1. */
export const TOKEN_FORM = 2

/** What makes the changes of a run what they are; a token is this as one word. Holds no connection. */
export interface TokenContent {
  readonly form: number
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

export interface TokenTable {
  readonly name: string
  readonly parent?: string | undefined
  /** By value: see table-identity.ts. None in tokens of form 1. */
  readonly identity?: string | undefined
  readonly maxKey: number
  /** How many keys there are for one number of the stream: see `TableKey`. @default 1 */
  readonly spread?: number | undefined
  readonly sequences: Readonly<Record<string, number>>
  /** Rows that stood there before and took part; they are not in the token. */
  readonly sampled: number
}

export interface TokenPlace {
  readonly statement: string
  /** 1 for the first time that the statement was sent. */
  readonly occurrence: number
  readonly done: string
  /** Where it was done at two places. */
  readonly second?: Pick<TokenPlace, 'statement' | 'occurrence'> | undefined
}

export function writeToken(content: TokenContent): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** How many commits the run of a token was to have; undefined for one that goes on until it is stopped. */
export function plannedBatches({ options }: TokenContent): number | undefined {
  return options.continuous ? undefined : (options.batches ?? optionTable.batches.fallback)
}

/**
 * What the token of one shard says of another shard of the same stream: all of it but where its numbers begin.
 *
 * @throws OptionsError when it is not of a stream of so many shards
 */
export function contentOfShard(content: TokenContent, shard: Shard): TokenContent {
  const { options, tables } = content
  const own = options.shard === undefined ? undefined : parseShard(options.shard)
  if (own?.count !== shard.count) {
    const got = own ? `one of ${own.count}` : 'one of a stream without shards'
    throw new OptionsError(
      `Expected the token of a stream of ${shard.count} shards, as --shard (CDC_SHARD, \`shard\`) has it, got ${got}.`,
    )
  }
  const above = shardStart(options.base ?? 0, shard.index)
  return {
    ...content,
    options: { ...options, shard: shardText(shard) },
    tables: tables.map((table) => ({
      ...table,
      maxKey: above * (table.spread ?? 1),
      sequences: Object.fromEntries(Object.keys(table.sequences).map((name) => [name, above])),
    })),
  }
}
