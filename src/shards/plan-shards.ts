import { shardStart } from '../plan/shard.js'
import { TableKey } from '../tables/keys/table-key.js'
import { baselineAbove } from '../plan/plan-input.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { CdcOptions } from '../stream/cdc-stream.js'
import { loadTables } from '../options/load-tables.js'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js'
import { encodeToken } from '../options/token/describe-run.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { surveyTables } from '../preflight/survey-tables.js'
import { expectVisible } from '../preflight/check-table.js'
import { measureTables } from '../preflight/measure-table.js'
import { onSession } from '../writer/on-session.js'

/** Where the numbers of tables end. */
interface FoundBase {
  /** The largest id or number of a sequence in any of the tables; 0 where there is none. */
  readonly base: number
  /** Rows by table; undefined where there is no such table. */
  readonly rows: Readonly<Record<string, number | undefined>>
  readonly created: readonly string[]
}

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
  const found = await findBase(connection, tables, resolveOptions(first))
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

export function firstShard(options: CdcOptions, shards: number | undefined): CdcOptions {
  return shards === undefined ? options : { ...options, shard: `1/${shards}` }
}

/**
 * Finds the number above which all shards of a stream can begin.
 *
 * @throws TargetError for a database or table that no stream can write to
 */
async function findBase(
  connection: ConnectionOptions,
  tables: readonly TableDefinition[],
  { createTables, nulls, retryFor, answerWithin }: ResolvedOptions,
): Promise<FoundBase> {
  const { schema } = connection
  const created = new Set<string>()
  return onSession(connection, { what: 'find the base in the tables', retryFor, answerWithin }, async (client) => {
    if (createTables) {
      const dialect = await client.describe()
      const found = await surveyTables(client, { schema, tables, createTables, dialect, nulls, range: { above: 0 } })
      for (const table of found.created) created.add(table)
    }
    let base = 0
    const rows: Record<string, number | undefined> = {}
    for (const definition of tables) {
      const shape = (await client.catalog.inspect(schema, [definition])).tables.get(definition)
      if (shape) expectVisible(schema, definition.name, shape)
      const [extent] = await measureTables(client.catalog, schema, shape ? [definition] : [])
      rows[definition.name] = extent?.rows
      const { spread } = new TableKey(definition)
      if (extent) base = Math.max(base, Math.ceil(extent.maxKey / spread), ...Object.values(extent.sequences))
    }
    return { base, rows, created: [...created] }
  })
}
