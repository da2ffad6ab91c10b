import type { SqlClient } from '../database/client.js'
import { TargetError } from '../errors.js'
import { createTableSql } from '../database/create-table.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { DialectInfo } from '../database/dialect-info.js'
import { dialects } from '../database/dialects.js'
import { checkTable } from './check-table.js'
import { creating } from './creating.js'
import { inspectSchema, inspectTable, type SchemaFacts } from './inspect-table.js'
import { type KeyRange, measureTables, type TableExtent } from './measure-table.js'
import type { Partitions } from './partitions.js'
import { prepareSchema } from './prepare-schema.js'
import type { ColumnShape, TableShape } from './table-shape.js'
import { locksWhole, tableWarnings } from './table-warnings.js'

/** What is checked. */
export interface SurveyOptions {
  readonly schema: string
  readonly tables: readonly TableDefinition[]
  /** Whether what is missing is created. */
  readonly createTables: boolean
  readonly dialect: DialectInfo
  readonly nulls: 'tpcds' | 'none'
  /**
   * Where the stream's own keys are, if that is known beforehand. Then rows are not counted and no maximum is looked for:
   * `rows` is 1 where there is one in this range, else 0.
   */
  readonly range?: KeyRange | undefined
  /** Stops between two questions. A long count is stopped by ending the client. */
  readonly signal?: AbortSignal
}

/** What stands in a table before the stream. */
export interface TableFacts extends TableExtent {
  readonly table: string
  readonly oid: number
  readonly columns: readonly ColumnShape[]
  /** Whether an index keeps the key unique. */
  readonly keyUnique: boolean
  /** Whether an index finds a key. */
  readonly keyIndexed: boolean
  /** Whether UPDATE and DELETE lock it whole until COMMIT. */
  readonly locksWhole: boolean
  readonly partitions: Partitions | undefined
}

/** What was found, where nothing stood in the way. */
export interface Survey {
  /** In the order of the definitions. */
  readonly tables: readonly TableFacts[]
  readonly warnings: readonly string[]
  /** The tables that were created. */
  readonly created: readonly string[]
}

/**
 * Finds out whether a stream can write to the tables, before it does.
 *
 * @throws TargetError that names the first thing in the way, and what to do
 */
export async function surveyTables(client: SqlClient, options: SurveyOptions): Promise<Survey> {
  const { schema, tables, createTables, dialect, nulls, signal } = options
  const there = await inspectSchema(client, schema, tables)
  const { user } = there
  await prepareSchema(client, schema, createTables, there)
  const { shapes, created } = await findTables(client, options, there)

  const facts: TableFacts[] = []
  const warnings: string[] = []
  for (const [definition, shape] of shapes) checkTable(definition, shape, { schema, user, nulls })
  signal?.throwIfAborted()
  const extents = await measureTables(client, schema, [...shapes.keys()], options.range)
  for (const [place, [definition, shape]] of [...shapes].entries()) {
    signal?.throwIfAborted()
    const { oid, columns, keyUnique, keyIndexed, partitions } = shape
    const replicated = await dialects[dialect.name].isReplicated(client, oid)
    warnings.push(...tableWarnings({ schema, definition, shape, dialect, replicated }))
    facts.push({
      table: definition.name,
      oid,
      columns,
      keyUnique,
      keyIndexed,
      locksWhole: locksWhole(dialect, shape),
      partitions,
      ...extents[place]!,
    })
  }
  if (dialect.tableLocks && tables.length > 0) {
    warnings.push(
      'The global deadlock detector is off: every UPDATE and DELETE locks its table for other writers until the commit.',
    )
  }
  return { tables: facts, warnings, created }
}

interface FoundTables {
  readonly shapes: ReadonlyMap<TableDefinition, TableShape>
  readonly created: readonly string[]
}

async function findTables(client: SqlClient, options: SurveyOptions, there: SchemaFacts): Promise<FoundTables> {
  const { schema, tables, createTables, dialect, signal } = options
  const shapes = new Map<TableDefinition, TableShape>()
  const missing: string[] = []
  const created: string[] = []
  for (const definition of tables) {
    signal?.throwIfAborted()
    let shape = there.tables.get(definition)
    if (shape === undefined && createTables) {
      const statement = createTableSql(definition, schema, dialect.name)
      if (await creating(client, statement, `table \`${schema}.${definition.name}\``)) created.push(definition.name)
      shape = await inspectTable(client, schema, definition)
    }
    if (shape === undefined && createTables && definition.ddl !== undefined) {
      throw new TargetError(
        `Expected the \`ddl\` of table \`${definition.name}\` to create \`${schema}.${definition.name}\`, got no such table. Name it there without its schema.`,
      )
    }
    if (shape === undefined) missing.push(`\`${definition.name}\``)
    else shapes.set(definition, shape)
  }
  if (missing.length === 0) return { shapes, created }
  throw new TargetError(
    `Expected the tables of the stream in schema \`${schema}\`, got no ${missing.join(', ')}. Create them with --create-tables (\`createTables: true\`), or correct CLOUDBERRY_SCHEMA.`,
  )
}
