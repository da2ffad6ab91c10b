import type { DatabaseClient } from '../database/client.js'
import { TargetError } from '../errors.js'
import { changeCount } from '../ledger/change.js'
import { forEachLine } from '../ledger/copy-lines.js'
import { PlannedLedger } from '../ledger/planned-ledger.js'
import type { RowDifference, Verification } from '../ledger/verification.js'
import { keyTextAt } from '../ledger/read-rows.js'
import { SHARD_NUMBERS, shardStart, shardText } from '../plan/shard.js'
import { baselineAbove } from '../plan/plan-input.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { expectVisible } from '../preflight/check-table.js'
import { onSession } from '../writer/on-session.js'
import type { CdcOptions } from '../stream/cdc-stream.js'
import { fitTables, givenTables } from '../preflight/fit-tables.js'
import { loadTables } from '../options/load-tables.js'
import { expectSameTables } from '../options/token/table-identity.js'
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js'

/** One shard, compared with its rows at the commit that they show. */
export interface ShardVerification extends Verification {
  /** Such as `2/4`; undefined for a stream without shards. */
  readonly shard: string | undefined
  /** Changes of all commits up to this one. */
  readonly changes: number
}

/** All shards of a stream, compared with the tables. */
export interface StreamVerification {
  readonly equal: boolean
  readonly shards: readonly ShardVerification[]
  /** Rows above the numbers of all shards, which nobody of them has written. */
  readonly outside: Pick<Verification, 'differing' | 'differences'>
  readonly commits: number
  readonly changes: number
  /** Rows that were compared, by table. */
  readonly rows: Readonly<Record<string, number>>
}

const MOST_TOLD = 20

/**
 * Finds the commit at which each shard of a stream stands, by the rows themselves, and compares all rows with the ledgers
 * of the shards. All of it is read in one snapshot, so that shards may go on writing meanwhile.
 *
 * @param shards What says all about each of them: `resume`, or the options that shape the changes and `base`
 * @throws OptionsError, TargetError when the tables are not there, or no session lasts
 */
export async function verifyShards(
  connection: ConnectionOptions,
  shards: readonly CdcOptions[],
): Promise<StreamVerification> {
  const all = shards.map(resolveOptions)
  const { retryFor, answerWithin } = all[0]!
  const what = 'compare the tables with the ledgers of the shards'
  return onSession(connection, { what, retryFor, answerWithin, reads: true }, async (client) => {
    await client.beginSnapshot()
    const verified: ShardVerification[] = []
    let tables: readonly TableDefinition[] = []
    for (const options of all) {
      tables = fitTables(await loadTables(options.tables), options.start)
      expectSameTables(tables, options.start?.tables ?? [], options)
      if (verified.length === 0) await expectTables(client, connection.schema, tables)
      verified.push(await verifyShard(client, connection.schema, options, tables))
    }
    const outside = await findOutside(client, connection.schema, all[0]!, tables)
    return total(verified, outside)
  })
}

async function verifyShard(
  client: DatabaseClient,
  schema: string,
  options: ResolvedOptions,
  tables: readonly TableDefinition[],
): Promise<ShardVerification> {
  const { start, shard, base = 0 } = options
  const above = shard ? shardStart(base, shard.index) : base
  const planned = start
    ? givenTables(tables, start)
    : tables.map((definition) => ({ definition, baseline: baselineAbove(definition, above) }))
  const progress = { sent: 0, acknowledged: 0 }
  const ledger = new PlannedLedger({ ...options, tables: planned, baselineRows: start?.baselineRows ?? 0 }, progress)
  const found = await ledger.locate(client.tableReader(schema), { last: options.batches })
  progress.sent = progress.acknowledged = found.commit
  let changes = 0
  for (let commit = 1; commit <= found.commit; commit++) {
    for (const counts of Object.values(ledger.counts(commit))) changes += changeCount(counts)
  }
  return { ...found, shard: shard && shardText(shard), changes }
}

async function expectTables(client: DatabaseClient, schema: string, tables: readonly TableDefinition[]): Promise<void> {
  for (const table of tables) {
    const shape = (await client.catalog.inspect(schema, [table])).tables.get(table)
    if (!shape) {
      throw new TargetError(
        `Expected the tables of the stream in schema \`${schema}\`, got no \`${table.name}\`. Correct CLOUDBERRY_SCHEMA.`,
      )
    }
    expectVisible(schema, table.name, shape)
  }
}

/** Without shards, all keys above the base are the stream's. */
async function findOutside(
  client: DatabaseClient,
  schema: string,
  { shard, base = 0 }: ResolvedOptions,
  tables: readonly TableDefinition[],
): Promise<StreamVerification['outside']> {
  const differences: RowDifference[] = []
  let differing = 0
  if (!shard) return { differing, differences }
  const reader = client.tableReader(schema)
  for (const table of tables) {
    const rows = { key: new TableKey(table) }
    // Of keys that have a number in common, those of the last shard end before its range would.
    const last = shardStart(base, shard.count - 1) * rows.key.spread
    const filter = { above: last + SHARD_NUMBERS, among: [] }
    await forEachLine(reader.read(table, filter), (bytes, start, end) => {
      differing += 1
      const key = keyTextAt(rows, bytes.subarray(start, end))
      if (differences.length < MOST_TOLD) differences.push({ table: table.name, key, kind: 'unexpected', columns: [] })
    })
  }
  return { differing, differences }
}

function total(shards: readonly ShardVerification[], outside: StreamVerification['outside']): StreamVerification {
  const rows: Record<string, number> = {}
  for (const shard of shards) {
    for (const [table, count] of Object.entries(shard.rows)) rows[table] = (rows[table] ?? 0) + count
  }
  const sum = (of: (shard: ShardVerification) => number): number => shards.reduce((so, shard) => so + of(shard), 0)
  return {
    equal: outside.differing === 0 && shards.every(({ equal }) => equal),
    shards,
    outside,
    commits: sum(({ commit }) => commit),
    changes: sum(({ changes }) => changes),
    rows,
  }
}
