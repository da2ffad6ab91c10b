import { shardStart } from '../plan/shard.js'
import { baselineAbove } from '../plan/plan-input.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { CdcOptions } from '../stream/cdc-options.js'
import { findBase, type FoundBase } from './find-base.js'
import { loadTables } from '../options/load-tables.js'
import { resolveOptions } from '../options/resolve-options.js'
import { encodeToken } from '../options/token/describe-run.js'

/** How several processes can share the work of one stream. */
export interface ShardPlan extends FoundBase {
  readonly seed: number
  /** By shard. */
  readonly firstIds: readonly number[]
  /**
   * The token of all shards: what `resume` takes, together with `shard`, to begin or to go on. None where rows stand in
   * the tables, which it would have to hold.
   */
  readonly token: string | undefined
}

/**
 * Finds the base of a stream of so many shards, and checks its options.
 *
 * @param shards undefined for a stream without shards
 * @throws OptionsError, TargetError
 */
export async function planShards(
  options: CdcOptions & { readonly seed: number },
  shards: number | undefined,
  connection: ConnectionOptions,
): Promise<ShardPlan> {
  const first = firstShard(options, shards)
  const tables = await loadTables(options.tables ?? 'both')
  const { createTables = false, nulls = 'tpcds' } = options
  const { retryFor, answerWithin } = resolveOptions(first)
  const found = await findBase(connection, tables, { createTables, nulls, retryFor, answerWithin })
  const base = options.base ?? found.base
  const resolved = resolveOptions({ ...first, base })
  const input = {
    ...resolved,
    tables: tables.map((definition) => ({ definition, baseline: baselineAbove(definition, base) })),
    baselineRows: 0,
  }
  const isEmpty = Object.values(found.rows).every((rows) => (rows ?? 0) === 0)
  return {
    ...found,
    base,
    seed: options.seed,
    firstIds: Array.from({ length: shards ?? 1 }, (_, index) => shardStart(base, index) + 1),
    token: isEmpty ? encodeToken(resolved, input) : undefined,
  }
}

/** The options of the first shard. */
export function firstShard(options: CdcOptions, shards: number | undefined): CdcOptions {
  return shards === undefined ? options : { ...options, shard: `1/${shards}` }
}
