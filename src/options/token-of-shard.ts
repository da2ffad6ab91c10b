import { OptionsError } from '../errors.js'
import { parseShard, type Shard, shardStart, shardText } from '../plan/shard.js'
import type { TokenContent } from './token.js'

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
      maxKey: above,
      sequences: Object.fromEntries(Object.keys(table.sequences).map((name) => [name, above])),
    })),
  }
}
