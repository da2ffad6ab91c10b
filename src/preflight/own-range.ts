import { TargetError } from '../errors.js'
import { SHARD_NUMBERS, shardStart, shardText } from '../plan/shard.js'
import type { Survey } from './survey-tables.js'
import type { KeyRange } from '../database/catalog.js'
import type { ResolvedOptions } from '../options/resolve-options.js'

type Which = Pick<ResolvedOptions, 'base' | 'shard'>

/** The keys of the stream's own rows, where they are given; else they follow from what stands in the tables. */
export function ownRange({ base, shard }: Which): KeyRange | undefined {
  if (base === undefined) return undefined
  if (!shard) return { above: base }
  const above = shardStart(base, shard.index)
  return { above, upTo: above + SHARD_NUMBERS }
}

/**
 * Checks that the range is the stream's to use.
 *
 * @throws TargetError for rows of somebody else, or of a run before
 */
export function expectFree(found: Survey, schema: string, { above, upTo }: KeyRange, { shard }: Which): void {
  const filled = found.tables.find(({ rows }) => rows > 0)
  if (!filled) return
  const keys = upTo === undefined ? `above ${above}` : `from ${above + 1} to ${upTo}`
  const whose = shard ? `those of shard ${shardText(shard)}` : "the stream's own"
  const plan = shard ? `cloudberry-cdc plan --shards ${shard.count}` : 'cloudberry-cdc plan'
  throw new TargetError(
    `Expected no rows in \`${schema}.${filled.table}\` with keys ${keys}, which are ${whose}, got some. ` +
      `Run \`${plan}\` and pass the --base that it prints, or go on with the run that wrote them (--resume).`,
  )
}
