import { OptionsError } from '../errors.js'
import type { ChangeScript } from '../plan/script/change-script.js'
import { parseShard, type Shard, shardText } from '../plan/shard.js'
import type { CdcOptions } from '../stream/cdc-stream.js'
import { contentOfShard, type TokenContent, writeToken } from '../options/token/token.js'
import { isSelfContained, readToken } from '../options/token/read-token.js'

/** A token, or what `readScript` reads of a record. */
type Source = string | ChangeScript

/**
 * What says all about each shard of a stream, from what some of them have left: the token of one is enough, unless rows
 * stood in the tables before, which only the record of each shard has.
 *
 * @throws OptionsError when they are not of one stream, or do not say all
 */
export function allShards(sources: readonly Source[]): CdcOptions[] {
  const contents = sources.map(contentOf)
  const [first] = contents
  const count = first && shardOf(first)?.count
  if (first === undefined || count === undefined) {
    if (sources.length === 1) return [{ resume: sources[0]! }]
    throw new OptionsError(
      'Expected several tokens or files to be those of shards, got one of a stream without shards.',
    )
  }
  const stream = identity(first)
  const odd = contents.findIndex((content) => shardOf(content) === undefined || identity(content) !== stream)
  if (odd >= 0) {
    throw new OptionsError(
      `Expected the tokens or files of one stream, got another seed, base, number of shards or other options in number ${odd + 1}.`,
    )
  }
  return Array.from({ length: count }, (_, index): CdcOptions => {
    const shard = shardText({ index, count })
    const own = contents.findIndex(({ options }) => options.shard === shard)
    if (own >= 0) return { resume: sources[own]! }
    if (contents.every(isSelfContained)) return { resume: writeToken(contentOfShard(first, { index, count })) }
    throw new OptionsError(
      `Expected a file of --record from every shard, because rows stood in the tables before, got none of shard ${shard}.`,
    )
  })
}

function contentOf(source: Source): TokenContent {
  if (typeof source === 'string') return readToken(source)
  if (source.plan !== undefined) return readToken(source.plan)
  throw new OptionsError('Expected a file that --record wrote, got a script without a plan.')
}

/** What all shards of a stream have in common. */
function identity(content: TokenContent): string {
  const { options, tables, commits: _, ...rest } = content
  const same = tables.map(({ name, parent, identity: rows }) => [name, parent, rows])
  return JSON.stringify({ ...rest, options: { ...options, shard: shardOf(content)?.count }, tables: same })
}

function shardOf({ options: { shard } }: TokenContent): Shard | undefined {
  return shard === undefined ? undefined : parseShard(shard)
}
