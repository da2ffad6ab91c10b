import { TargetError } from '../errors.js'
import type { TableBaseline } from '../plan/plan-input.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { describeConnection } from '../target/connection.js'
import { type Preflight, preflight } from '../target/preflight.js'
import { readBaseline } from '../writer/read-baseline.js'
import { qualifiedName } from '../writer/statements.js'
import type { Session } from '../writer/session.js'
import type { DriverOptions } from './driver.js'
import { knownChildren } from './load-tables.js'
import type { StreamEvent } from './stream-event.js'

/** Checks the database and reads what stands in the tables, telling what it finds. */
export async function prepareTables(
  session: Session,
  tables: readonly TableDefinition[],
  { options, connection, createTables: creates, rerun }: DriverOptions,
  tell: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<readonly TableBaseline[]> {
  const { client, dialect } = session
  const { schema, database } = connection
  tell({ type: 'connected', at: describeConnection(connection), database, schema, dialect })
  const { nulls, resumes } = options
  // Tables that are not there hold nothing to go on from: somebody has dropped them, or they are elsewhere.
  const createTables = creates && !resumes
  const found = await preflight(client, { schema, tables, createTables, dialect, nulls, signal })
  for (const table of found.created) tell({ type: 'created', table })
  for (const message of found.warnings) tell({ type: 'warning', message })
  if (options.start) {
    if (!rerun?.wholeSchema && !resumes) expectEmpty(found, schema)
    return options.start.baseline
  }
  const baseline: TableBaseline[] = []
  for (const [index, definition] of tables.entries()) {
    const facts = found.tables[index]!
    const images = await sample(session, definition, tables, facts, options, schema, signal)
    const { rows, maxKey, sequences } = facts
    tell({ type: 'baseline', table: definition.name, rows, sampled: images.length, maxKey })
    baseline.push({ maxKey, sequences, images })
  }
  return baseline
}

/** Changes that are given come with their keys, and with the rows that stand there before them. */
function expectEmpty(found: Preflight, schema: string): void {
  const filled = found.tables.find(({ rows }) => rows > 0)
  if (!filled) return
  throw new TargetError(
    `Expected \`${schema}.${filled.table}\` to be empty, because the script brings its own rows and keys, ` +
      `got ${filled.rows} rows. Use an empty schema, or an embedded database.`,
  )
}

async function sample(
  { client }: Session,
  definition: TableDefinition,
  tables: readonly TableDefinition[],
  { rows, keyUnique, sequences }: Preflight['tables'][number],
  { seed, scale, nulls, businessDay }: DriverOptions['options'],
  schema: string,
  signal: AbortSignal,
): Promise<TableBaseline['images']> {
  const source = definition.rows({ seed, scale, nulls, businessDay, sequences })
  if (rows === 0 || source.revise === undefined) return []
  const children: TableDefinition[] = []
  for (const child of knownChildren(definition, tables)) {
    const name = qualifiedName(schema, child.name)
    const found = await client.query<{ readable: boolean | null }>(
      `SELECT has_table_privilege(to_regclass($1), 'SELECT') AS readable`,
      [name],
    )
    const readable = found.rows[0]?.readable
    if (readable === false) {
      throw new TargetError(
        `Expected to read \`${schema}.${child.name}\`, to leave out sales that have a return, got no privilege. ` +
          `Ask its owner for: GRANT SELECT ON ${name} TO CURRENT_USER.`,
      )
    }
    if (readable) children.push(child)
  }
  return readBaseline(client, { schema, definition, children, keyUnique, seed, signal })
}
