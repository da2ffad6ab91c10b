import type { TableDefinition } from '../tables/table-definition.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { preflight } from '../preflight/preflight.js'
import { expectVisible } from '../preflight/expect-visible.js'
import { inspectTable } from '../preflight/inspect-table.js'
import { measureTables } from '../preflight/measure-table.js'
import { onSession } from '../writer/on-session.js'

/** Where the numbers of tables end. */
export interface FoundBase {
  /** The largest id or number of a sequence in any of the tables; 0 where there is none. */
  readonly base: number
  /** Rows by table; undefined where there is no such table. */
  readonly rows: Readonly<Record<string, number | undefined>>
  /** The tables that were created. */
  readonly created: readonly string[]
}

/** How the tables are looked at. */
interface FindOptions {
  /** Whether missing tables are created, so that no shard has to. */
  readonly createTables: boolean
  readonly nulls: 'tpcds' | 'none'
  /** Milliseconds for which a lost session is opened again. */
  readonly retryFor: number
  readonly answerWithin: number
}

/**
 * Finds the number above which all shards of a stream can begin.
 *
 * @throws TargetError for a database or table that no stream can write to
 */
export async function findBase(
  connection: ConnectionOptions,
  tables: readonly TableDefinition[],
  options: FindOptions,
): Promise<FoundBase> {
  const { schema } = connection
  const { createTables, nulls } = options
  const created = new Set<string>()
  return onSession(connection, { ...options, what: 'find the base in the tables' }, async (client) => {
    const dialect = await client.describe()
    if (createTables) {
      const found = await preflight(client, { schema, tables, createTables, dialect, nulls, range: { above: 0 } })
      for (const table of found.created) created.add(table)
    }
    let base = 0
    const rows: Record<string, number | undefined> = {}
    for (const definition of tables) {
      const shape = await inspectTable(client, schema, definition)
      if (!shape) {
        rows[definition.name] = undefined
        continue
      }
      expectVisible(schema, definition.name, shape)
      const [extent] = await measureTables(client, schema, [definition])
      if (!extent) continue
      rows[definition.name] = extent.rows
      base = Math.max(base, extent.maxKey, ...Object.values(extent.sequences))
    }
    return { base, rows, created: [...created] }
  })
}
