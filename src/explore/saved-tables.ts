import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg'
import { StateError } from '../errors.js'
import type { PlanTable } from '../plan/plan-input.js'

/** What a schema holds, to be put back before each run of a job. */
export interface SavedTables {
  /** Puts rows back that stood in the stream's tables before commit 0, in the transaction that empties them. */
  readonly refill: readonly string[]
  /** Puts the other tables, sequences and materialized views back; undefined where there are none. */
  readonly restore: string | undefined
  /** Drops the copies. */
  readonly forget: string
}

interface Found {
  readonly name: string
  readonly kind: 'r' | 'p' | 'm' | 'S'
  /** The columns that are not generated, quoted. */
  readonly columns: string
  /** Whether something happens by itself when rows are put there. */
  readonly reacts: boolean
}

/** Triggers and foreign keys rest meanwhile: what they did is restored as well. */
const QUIET = 'SET LOCAL session_replication_role = replica'

/**
 * Copies all tables of a schema but those of a stream to another schema, and of the stream's those rows that stood there
 * before. Nothing is created afterwards.
 *
 * @param copies the schema for the copies, which does not exist
 * @throws StateError where they could not be put back without their triggers
 */
export async function saveTables(
  client: ClientBase,
  schema: string,
  copies: string,
  streamed: readonly PlanTable[],
): Promise<SavedTables> {
  const found = await findRelations(client, schema)
  const names = new Map(streamed.map((table) => [table.definition.name, table]))
  const from = (name: string): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
  const to = (name: string): string => `${escapeIdentifier(copies)}.${escapeIdentifier(name)}`
  // An attempt whose session was lost may have left it.
  await client.query(
    `DROP SCHEMA IF EXISTS ${escapeIdentifier(copies)} CASCADE; CREATE SCHEMA ${escapeIdentifier(copies)}`,
  )
  const isTable = ({ kind }: Found): boolean => kind === 'r' || kind === 'p'
  const fillings: string[] = []
  const refill: string[] = []
  const reacting: string[] = []
  for (const relation of found.filter(isTable)) {
    const { name, columns, reacts } = relation
    const stream = names.get(name)
    if (stream && stream.baseline.maxKey === 0) continue
    const key = stream && `${escapeIdentifier(stream.definition.key)} <= ${stream.baseline.maxKey}`
    const rows = `SELECT ${columns} FROM ${from(name)}${key ? ` WHERE ${key}` : ''}`
    const { rowCount } = await client.query(`CREATE TABLE ${to(name)} AS ${rows}`)
    if (!rowCount) continue
    if (reacts) reacting.push(name)
    const filling = `INSERT INTO ${from(name)} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${to(name)}`
    if (stream) refill.push(filling)
    else fillings.push(filling)
  }
  const quiet = reacting.length > 0 ? [await beQuiet(client, reacting)] : []
  const others = found.filter((relation) => isTable(relation) && !names.has(relation.name))
  const sequences = await Promise.all(
    found.filter(({ kind }) => kind === 'S').map(({ name }) => sequenceAt(client, from(name))),
  )
  const views = found.filter(({ kind }) => kind === 'm').map(({ name }) => `REFRESH MATERIALIZED VIEW ${from(name)}`)
  const emptied = others.length > 0 ? [`TRUNCATE ${others.map(({ name }) => from(name)).join(', ')} CASCADE`] : []
  const statements = [...emptied, ...fillings, ...sequences, ...views]
  return {
    refill: refill.length > 0 ? [...quiet, ...refill] : [],
    restore: statements.length > 0 ? ['BEGIN', ...quiet, ...statements, 'COMMIT'].join(';\n') : undefined,
    forget: `DROP SCHEMA IF EXISTS ${escapeIdentifier(copies)} CASCADE`,
  }
}

async function findRelations(client: ClientBase, schema: string): Promise<readonly Found[]> {
  const { rows } = await client.query<Found>(
    `SELECT c.relname AS name, c.relkind AS kind,
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
            EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid) AS reacts
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'S', 'm') AND NOT c.relispartition
        AND (c.relkind <> 'm' OR c.relispopulated)
      ORDER BY c.oid`,
    [schema],
  )
  return rows
}

/** A materialized view that reads another one comes after it, as it was made later. */
async function sequenceAt(client: ClientBase, name: string): Promise<string> {
  const { rows } = await client.query<{ last: string; called: boolean }>(
    `SELECT last_value::text AS last, is_called AS called FROM ${name}`,
  )
  const { last, called } = rows[0]!
  return `SELECT setval(${escapeLiteral(name)}, ${last}, ${called})`
}

async function beQuiet(client: ClientBase, reacting: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ super: boolean }>(
    'SELECT rolsuper AS super FROM pg_catalog.pg_roles WHERE rolname = current_user',
  )
  if (rows[0]?.super) return QUIET
  throw new StateError(
    `Expected a superuser, to put \`${reacting.join('`, `')}\` back without its triggers and foreign keys before each run, got another role. ` +
      'Use the embedded server, or a job whose tables have none.',
  )
}
