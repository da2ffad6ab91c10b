import type { DatabaseClient, RunWriter } from '../database/client.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from '../database/postgres/quote.js'
import type { LedgerTable } from '../ledger/ledger-table.js'
import type { Run } from '../plan/batch.js'
import type { TableDefinition } from '../tables/table-definition.js'

/** The schema of a session's temporary tables, by the name that each session has for its own. */
export const SHADOW_SCHEMA = 'pg_temp'

/** Without statistics, which nothing keeps of temporary tables by itself, larger tables are joined badly. */
const ANALYZED_FROM = 1_000

/** After which commit a table is, and in which order its rows were stored. */
interface TableMoment {
  readonly commit: number
  readonly isReversed: boolean
}

interface Version {
  readonly number: number
  readonly version: number
}

/**
 * The tables of a ledger, as temporary tables of one session: nothing of them outlives it, and nobody else sees them. They
 * have the columns, types and generated columns of the live ones; columns that the ledger does not know are not there.
 * To be made with `createShadows` first.
 */
export class ShadowTables {
  readonly #client: DatabaseClient
  readonly #tables: readonly LedgerTable[]
  readonly #writer: RunWriter
  /** How each table is; undefined where that is not known. */
  readonly #states = new Map<string, TableMoment>()

  /** @param schema that of the live tables */
  constructor(client: DatabaseClient, tables: readonly LedgerTable[], schema: string) {
    this.#client = client
    this.#tables = tables
    this.#writer = client.runWriter({
      rows: tables.map(({ written }) => written),
      schema: SHADOW_SCHEMA,
      enumSchema: schema,
    })
  }

  /** Moves tables to how they are after a commit, by the changes that lie in between. */
  async moveTo(commit: number, names: ReadonlySet<string>): Promise<void> {
    const moved = new Map<string, TableMoment>()
    const runs: Run[] = []
    for (const [index, table] of this.#tables.entries()) {
      if (!names.has(table.name)) continue
      const state = this.#states.get(table.name)
      // Not known before it is done.
      this.#states.delete(table.name)
      if (!state) await this.#load(index, commit, false)
      else runs.push(...runsBetween(table, index, state.commit, commit))
      moved.set(table.name, { commit, isReversed: state?.isReversed ?? false })
    }
    if (runs.length > 0) await this.#write(runs)
    for (const [name, state] of moved) this.#states.set(name, state)
  }

  /** Fills tables anew, with their rows in the opposite order to before. */
  async reverse(commit: number, names: ReadonlySet<string>): Promise<void> {
    for (const [index, table] of this.#tables.entries()) {
      if (!names.has(table.name)) continue
      const isReversed = !this.#states.get(table.name)?.isReversed
      this.#states.delete(table.name)
      await this.#load(index, commit, isReversed)
      this.#states.set(table.name, { commit, isReversed })
    }
  }

  /** Whether a commit has changed one of some tables. */
  isChangedBy(commit: number, names: ReadonlySet<string>): boolean {
    return this.#tables.some(({ name, history }) => {
      if (!names.has(name)) return false
      return !history.insertedBy(commit).next().done || !history.changedBy(commit).next().done
    })
  }

  async #load(index: number, commit: number, isReversed: boolean): Promise<void> {
    const table = this.#tables[index]!
    const shadow = qualifiedName(SHADOW_SCHEMA, table.name)
    const rows = [...table.history.versionsAt(commit)]
    await this.#client.query(`TRUNCATE ${shadow}`)
    if (rows.length > 0) await this.#write([runOf('insert', table, index, isReversed ? rows.reverse() : rows)])
    if (rows.length >= ANALYZED_FROM) await this.#client.query(`ANALYZE ${shadow}`)
  }

  async #write(runs: readonly Run[]): Promise<void> {
    await this.#writer.send(this.#client, runs)
    await this.#client.commit()
  }
}

/**
 * Makes the tables, empty. Tables of these names that the session has go.
 *
 * @param schema of the live tables that they are to be like; undefined where there are none, so that they have the columns of their definitions
 */
export async function createShadows(
  client: DatabaseClient,
  tables: readonly LedgerTable[],
  schema: string | undefined,
): Promise<void> {
  for (const { name, rows } of tables) {
    const { definition, key } = rows
    const shadow = qualifiedName(SHADOW_SCHEMA, name)
    const keys = key.parts.map((part) => escapeIdentifier(part.name)).join(', ')
    await client.query(`DROP TABLE IF EXISTS ${shadow} CASCADE`)
    if (schema === undefined) {
      const columns = definition.columns.map((column) => `${escapeIdentifier(column.name)} ${column.type}`).join(', ')
      await client.query(`CREATE TEMPORARY TABLE ${escapeIdentifier(name)} (${columns})`)
    } else await createLike(client, definition, schema)
    await client.query(`CREATE INDEX ON ${shadow} (${keys})`)
  }
}

async function createLike(client: DatabaseClient, { name, columns }: TableDefinition, schema: string): Promise<void> {
  const shadow = qualifiedName(SHADOW_SCHEMA, name)
  const like = `LIKE ${qualifiedName(schema, name)} INCLUDING GENERATED`
  await client.query(`CREATE TEMPORARY TABLE ${escapeIdentifier(name)} (${like})`)
  const known = columns.map((column) => escapeLiteral(column.name)).join(', ')
  const { rows: unknown } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_catalog.pg_attribute
      WHERE attrelid = ${escapeLiteral(shadow)}::regclass AND attnum > 0 AND NOT attisdropped
        AND attgenerated = '' AND attname NOT IN (${known})`,
  )
  // A column that is generated from one of them goes as well.
  const drops = unknown.map((column) => `DROP COLUMN ${escapeIdentifier(column.name)} CASCADE`).join(', ')
  if (drops) await client.query(`ALTER TABLE ${shadow} ${drops}`)
}

/** What makes a table as after one commit that which it is after another; either may be the earlier one. */
function runsBetween(table: LedgerTable, index: number, from: number, to: number): Run[] {
  const { history } = table
  const touched = new Set<number>()
  for (let commit = Math.min(from, to) + 1; commit <= Math.max(from, to); commit++) {
    for (const number of history.insertedBy(commit)) touched.add(number)
    for (const { number } of history.changedBy(commit)) touched.add(number)
  }
  const [gone, come]: [Version[], Version[]] = [[], []]
  for (const number of touched) {
    const [before, after] = [history.versionAt(number, from), history.versionAt(number, to)]
    if (before === after) continue
    if (before !== undefined) gone.push({ number, version: before })
    if (after !== undefined) come.push({ number, version: after })
  }
  return [
    ...(gone.length > 0 ? [runOf('delete', table, index, gone)] : []),
    ...(come.length > 0 ? [runOf('insert', table, index, come)] : []),
  ]
}

function runOf(kind: 'insert' | 'delete', { history }: LedgerTable, table: number, rows: readonly Version[]): Run {
  return {
    kind,
    table,
    numbers: rows.map(({ number }) => number),
    versions: rows.map(({ version }) => version),
    times: rows.map(({ number, version }) => history.timeOf(number, version)),
  }
}
