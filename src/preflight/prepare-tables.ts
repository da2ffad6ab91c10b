import { TargetError } from '../errors.js'
import { baselineAbove, emptyBaseline, type PlanTable } from '../plan/plan-input.js'
import { TableKey } from '../tables/keys/table-key.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { type ConnectionOptions, describeConnection } from '../database/connection/connection.js'
import { dialects } from '../database/dialects.js'
import { oneLine } from '../database/one-line.js'
import { type Survey, surveyTables } from './survey-tables.js'
import { readBaseline } from './read-baseline.js'
import type { PreflightEvent } from './preflight-event.js'
import type { Session } from '../writer/session.js'
import { checkPartitions } from './partitions.js'
import { checkRows } from './check-rows.js'
import { givenTables } from './fit-tables.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import { expectFree, ownRange } from './own-range.js'
import { shareNumbers } from './share-numbers.js'
import { tryRows } from './try-rows.js'
import type { DatabaseClient } from '../database/client.js'

/** The tables of a stream, and what it wants of them. */
export interface TablesToPrepare {
  readonly options: ResolvedOptions
  readonly connection: ConnectionOptions
  readonly createTables: boolean
  /** Whether the tables were created by their definitions just now, so that only their rows are looked at. @default false */
  readonly fresh?: boolean | undefined
  /** Whether every table of the schema is emptied before the first change. */
  readonly rerun?: { readonly wholeSchema: boolean } | undefined
}

/** What a stream finds before it begins. */
export interface PreparedTables {
  readonly tables: readonly PlanTable[]
  /** Those that UPDATE and DELETE lock whole until COMMIT. */
  readonly locksWhole: readonly string[]
}

/** Checks the database and reads what stands in the tables, telling what it finds. */
export async function prepareTables(
  session: Session,
  tables: readonly TableDefinition[],
  { options, connection, createTables: creates, fresh = false, rerun }: TablesToPrepare,
  tell: (event: PreflightEvent) => void,
  signal: AbortSignal,
): Promise<PreparedTables> {
  const { client, dialect } = session
  const { schema, database } = connection
  tell({ type: 'connected', at: describeConnection(connection), database, schema, dialect })
  for (const got of session.refused) {
    tell({
      type: 'warning',
      message: `The server refused a setting of the load's session, which does without it: ${oneLine(got)}.`,
    })
  }
  const { nulls, resumes } = options
  const range = ownRange(options)
  const isPlain = !options.start && !range && !dialects[dialect.name].hasStorages
  if (fresh && isPlain && (await areUntouched(client, schema, tables))) {
    return { tables: tables.map((table) => emptyTable(table, tell)), locksWhole: [] }
  }
  // Tables that are not there hold nothing to go on from: somebody has dropped them, or they are elsewhere.
  const createTables = creates && !resumes
  const found = await surveyTables(client, { schema, tables, createTables, dialect, nulls, range, signal })
  for (const table of found.created) tell({ type: 'created', table })
  for (const message of found.warnings) tell({ type: 'warning', message })
  const columns = found.tables.map((table) => table.columns)
  const locksWhole = found.tables.flatMap((table) => (table.locksWhole ? [table.table] : []))
  if (range && !resumes) expectFree(found, schema, range, options)
  if (options.start) {
    if (!range && !rerun?.wholeSchema && !resumes) expectEmpty(found, schema)
    // A script may change some of the tables only.
    const changed = givenTables(tables, options.start)
    const itsColumns = changed.map(({ definition }) => columns[tables.indexOf(definition)]!)
    checkRows({ ...options, tables: changed }, itsColumns)
    return { tables: changed, locksWhole }
  }
  const planned: PlanTable[] = []
  for (const [index, definition] of tables.entries()) {
    const facts = found.tables[index]!
    const images = await readBaseline(client, definition, tables, facts, options, schema, signal)
    const { rows, maxKey, sequences } = facts
    const sampled = images.length
    const extent = range ? { rows: sampled, maxKey, counted: false } : { rows, maxKey }
    const numbered = new TableKey(definition).isInteger ? {} : { numbered: true as const }
    tell({ type: 'baseline', table: definition.name, sampled, ...extent, ...numbered })
    const baseline = range ? baselineAbove(definition, range.above, images) : { maxKey, sequences, images }
    planned.push({ definition, baseline })
  }
  const numbered = shareNumbers(planned)
  const plan = { ...options, tables: numbered }
  checkRows(plan, columns)
  const partitions = found.tables.map((table) => table.partitions)
  checkPartitions(plan, partitions, schema, options.batches * options.batchSize)
  await tryRows(session, plan, schema)
  return { tables: numbered, locksWhole }
}

function emptyTable(definition: TableDefinition, tell: (event: PreflightEvent) => void): PlanTable {
  tell({ type: 'baseline', table: definition.name, sampled: 0, rows: 0, maxKey: 0 })
  const names = Object.keys(definition.sequences ?? {})
  return { definition, baseline: { ...emptyBaseline, sequences: Object.fromEntries(names.map((name) => [name, 0])) } }
}

/** Changes that are given come with their keys, and with the rows that stand there before them. */
function expectEmpty(found: Survey, schema: string): void {
  const filled = found.tables.find(({ rows }) => rows > 0)
  if (!filled) return
  throw new TargetError(
    `Expected \`${schema}.${filled.table}\` to be empty, because the script brings its own rows and keys, ` +
      `got ${filled.rows} rows. Use an empty schema, or an embedded database.`,
  )
}

/** Whether tables that were created by their definitions still have no rows, and all of their columns. */
export async function areUntouched(
  { catalog }: Pick<DatabaseClient, 'catalog'>,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<boolean> {
  // Who surveys the tables finds out what is wrong, and says it better.
  return catalog.areEmpty(schema, definitions).catch(() => false)
}
