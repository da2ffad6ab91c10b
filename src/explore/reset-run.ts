import type { SqlClient } from '../database/client.js'
import { escapeIdentifier, escapeLiteral } from '../database/postgres/quote.js'
import { StateError } from '../errors.js'
import type { RunParts } from './explored-stream.js'
import type { Explorable } from './run-body.js'

/**
 * Calls `work` with what makes runs, each from the same start: what the schema holds now, and the first commits. Afterwards
 * everything is as before it.
 *
 * @param commits how many are made before each run
 * @param reset puts back what is not in the schema
 */
export async function fromOneStart<T>(
  { stream, stage, schema, copies, admin, defer }: RunParts,
  commits: number,
  reset: (() => Promise<void>) | undefined,
  work: (runs: Explorable) => Promise<T>,
): Promise<T> {
  const { tables } = await stream.plan()
  const names = tables.map(({ definition }) => definition.name)
  const saved = await admin('save the tables beside the stream', (client) => saveTables(client, schema, copies, names))
  defer(`saved tables of ${schema}`, () =>
    admin('drop the saved tables', async (client) => void (await client.query(saved.forget))),
  )
  const restart = async (made: number): Promise<void> => {
    // What the job has left open would keep the tables from being emptied.
    await stage.settle()
    await stream.again(made, saved.refill)
    await reset?.()
  }
  const begin: Explorable['begin'] = async (aims, watching) => {
    await restart(commits)
    await stage.begin(stream.driver, aims, watching)
  }
  let result: T
  try {
    result = await work({ begin, end: () => stage.end() })
  } catch (error) {
    await restart(0).catch(() => {})
    throw error
  }
  await restart(0)
  return result
}

/** What a schema holds, to be put back before each run of a job. */
interface SavedTables {
  /** Puts it back, in the transaction that empties the stream's tables. */
  readonly refill: readonly string[]
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
 * Copies all tables of a schema to another schema. Nothing is created afterwards.
 *
 * @param copies the schema for the copies
 * @param streamed the tables that are emptied before
 * @throws StateError where they could not be put back without their triggers
 */
export async function saveTables(
  client: SqlClient,
  schema: string,
  copies: string,
  streamed: readonly string[],
): Promise<SavedTables> {
  const found = await findRelations(client, schema)
  const from = (name: string): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
  const to = (name: string): string => `${escapeIdentifier(copies)}.${escapeIdentifier(name)}`
  const forget = `DROP SCHEMA IF EXISTS ${escapeIdentifier(copies)} CASCADE`
  // An attempt whose session was lost may have left it.
  await client.query(`${forget}; CREATE SCHEMA ${escapeIdentifier(copies)}`)
  const tables = found.filter(({ kind }) => kind === 'r' || kind === 'p')
  const fillings: string[] = []
  for (const { name, columns } of tables) {
    const { rowCount } = await client.query(`CREATE TABLE ${to(name)} AS SELECT ${columns} FROM ${from(name)}`)
    if (!rowCount) continue
    fillings.push(`INSERT INTO ${from(name)} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${to(name)}`)
  }
  const reacting = tables.flatMap(({ name, reacts }) => (reacts ? [name] : []))
  const quiet = reacting.length > 0 ? [await beQuiet(client, reacting)] : []
  const others = tables.filter(({ name }) => !streamed.includes(name))
  // A TRUNCATE of what a foreign key leads to would take the stream's rows with it, or is refused.
  const emptied = others.map(({ name, reacts }) => `${reacts ? 'DELETE FROM' : 'TRUNCATE'} ${from(name)}`)
  const sequences: string[] = []
  for (const { name, kind } of found) if (kind === 'S') sequences.push(await sequenceAt(client, from(name)))
  // One that reads another one was made later.
  const views = found.filter(({ kind }) => kind === 'm').map(({ name }) => `REFRESH MATERIALIZED VIEW ${from(name)}`)
  return { refill: [...quiet, ...emptied, ...fillings, ...sequences, ...views], forget }
}

async function findRelations(client: SqlClient, schema: string): Promise<readonly Found[]> {
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

async function sequenceAt(client: SqlClient, name: string): Promise<string> {
  const { rows } = await client.query<{ last: string; called: boolean }>(
    `SELECT last_value::text AS last, is_called AS called FROM ${name}`,
  )
  const { last, called } = rows[0]!
  return `SELECT setval(${escapeLiteral(name)}, ${last}, ${called})`
}

async function beQuiet(client: SqlClient, reacting: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ super: boolean }>(
    'SELECT rolsuper AS super FROM pg_catalog.pg_roles WHERE rolname = current_user',
  )
  if (rows[0]?.super) return QUIET
  throw new StateError(
    `Expected a superuser, to put \`${reacting.join('`, `')}\` back without its triggers and foreign keys before each run, got another role. ` +
      'Use the embedded server, or a job whose tables have none.',
  )
}
