import type { DatabaseClient } from '../database/client.js'
import type { KeyRange, SchemaFacts } from '../database/catalog.js'
import type { DialectInfo } from '../database/dialect-info.js'
import { TargetError } from '../errors.js'
import { createTableSql } from '../database/create-table.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { dialects } from '../database/dialects.js'
import { checkTable, locksWhole, tableWarnings } from './check-table.js'
import { measureTables, type TableExtent } from './measure-table.js'
import type { TableShape } from '../database/table-shape.js'
import { oneLine } from '../database/one-line.js'

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
  readonly signal?: AbortSignal | undefined
}

/** What stands in a table before the stream. */
export interface TableFacts extends TableExtent, Pick<TableShape, 'columns' | 'keyUnique' | 'partitions'> {
  readonly table: string
  /** Whether UPDATE and DELETE lock it whole until COMMIT. */
  readonly locksWhole: boolean
}

/** What was found, where nothing stood in the way. */
export interface Survey {
  /** In the order of the definitions. */
  readonly tables: readonly TableFacts[]
  readonly warnings: readonly string[]
  readonly created: readonly string[]
}

/**
 * Finds out whether a stream can write to the tables, before it does.
 *
 * @throws TargetError that names the first thing in the way, and what to do
 */
export async function surveyTables(client: DatabaseClient, options: SurveyOptions): Promise<Survey> {
  const { schema, tables, dialect, nulls, signal } = options
  const there = await client.catalog.inspect(schema, tables)
  await prepareSchema(client, options, there)
  const { shapes, created } = await findTables(client, options, there)

  const facts: TableFacts[] = []
  const warnings: string[] = [...there.warnings]
  for (const [definition, shape] of shapes)
    checkTable(definition, shape, { schema, user: there.user, nulls, dialect: dialect.name })
  signal?.throwIfAborted()
  const extents = await measureTables(client.catalog, schema, [...shapes.keys()], options.range)
  for (const [place, [definition, shape]] of [...shapes].entries()) {
    signal?.throwIfAborted()
    const { name } = definition
    const { columns, keyUnique, partitions } = shape
    warnings.push(...tableWarnings(definition, shape, schema, dialect))
    if (await dialects[dialect.name].isReplicated(client, shape.oid)) {
      warnings.push(`\`${schema}.${name}\` is replicated: every segment makes every change.`)
    }
    const locks = locksWhole(dialect, shape)
    facts.push({ table: name, columns, keyUnique, partitions, locksWhole: locks, ...extents[place]! })
  }
  if (dialect.tableLocks && tables.length > 0) {
    warnings.push(
      'The global deadlock detector is off: every UPDATE and DELETE locks its table for other writers until the commit.',
    )
  }
  return { tables: facts, warnings, created }
}

async function findTables(
  client: DatabaseClient,
  options: SurveyOptions,
  there: SchemaFacts,
): Promise<{ readonly shapes: ReadonlyMap<TableDefinition, TableShape>; readonly created: readonly string[] }> {
  const { schema, tables, createTables, dialect, signal } = options
  const shapes = new Map<TableDefinition, TableShape>()
  const missing: string[] = []
  const created: string[] = []
  for (const definition of tables) {
    signal?.throwIfAborted()
    let shape = there.tables.get(definition)
    if (shape === undefined && createTables) {
      const statement = createTableSql(definition, schema, dialect.name)
      if (await creating(() => client.query(statement), `table \`${schema}.${definition.name}\``))
        created.push(definition.name)
      shape = (await client.catalog.inspect(schema, [definition])).tables.get(definition)
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

/** What the server answers when somebody else creates the same thing at the same moment. */
const ALREADY_THERE = new Set(['23505', '42P06', '42P07', '42710'])

/** Creates something. Returns false when it is there already. */
async function creating(create: () => Promise<unknown>, what: string): Promise<boolean> {
  try {
    await create()
    return true
  } catch (cause) {
    const { code = '', message } = cause as Error & { readonly code?: string }
    if (ALREADY_THERE.has(code)) return false
    const todo = code === '42501' ? 'Grant CREATE to the user, or create it yourself.' : 'Create it yourself.'
    throw new TargetError(`Expected to create ${what}, got: ${oneLine(message)}. ${todo}`, { cause })
  }
}

/** Sees to it that the schema is there and can be used. */
async function prepareSchema(
  client: DatabaseClient,
  { schema, createTables, dialect }: SurveyOptions,
  { user, database, usage }: Omit<SchemaFacts, 'tables'>,
): Promise<void> {
  const { quote } = dialects[dialect.name]
  if (usage === null && !createTables) {
    throw new TargetError(
      `Expected schema \`${schema}\` in database \`${database}\`, got none. Create it with --create-tables (\`createTables: true\`), or correct CLOUDBERRY_SCHEMA.`,
    )
  }
  if (usage === null) {
    await creating(() => client.createSchema(schema), `schema \`${schema}\``)
  } else if (!usage) {
    throw new TargetError(
      `Expected user \`${user}\` to have USAGE on schema \`${schema}\`, got none. Run: GRANT USAGE ON SCHEMA ${quote(schema)} TO ${quote(user)}`,
    )
  }
}
