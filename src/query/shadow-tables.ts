import type { DatabaseClient, RunWriter } from '../database/client.js'
import { escapeIdentifier, escapeLiteral, qualifiedName } from '../database/postgres/quote.js'
import type { LedgerTable } from '../ledger/ledger-table.js'
import type { Run } from '../plan/batch.js'

/** The schema of a session's temporary tables, by the name that each session has for its own. */
export const SHADOW_SCHEMA = 'pg_temp'

/** Without statistics, which nothing keeps of temporary tables by itself, larger tables are joined badly. */
const ANALYZED_FROM = 1_000

interface Version {
  readonly number: number
  readonly version: number
}

/**
 * The tables of a ledger, as temporary tables of one session: nothing of them outlives it, and nobody else sees them. They
 * have the columns, types and generated columns of the live ones; columns that the ledger does not know are not there.
 */
export class ShadowTables {
  readonly #client: DatabaseClient
  readonly #tables: readonly LedgerTable[]
  readonly #writer: RunWriter
  /** How each table is; undefined where that is not known. */
  readonly #states = new Map<string, { readonly commit: number; readonly isReversed: boolean }>()

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

  /** Makes the tables, empty. Tables of these names that the session has go. */
  static async create(client: DatabaseClient, tables: readonly LedgerTable[], schema: string): Promise<void> {
    for (const [index, { name, rows }] of tables.entries()) {
      const shadow = qualifiedName(SHADOW_SCHEMA, name)
      const known = rows.definition.columns.map((column) => escapeLiteral(column.name)).join(', ')
      const keys = rows.key.parts.map((part) => escapeIdentifier(part.name)).join(', ')
      await client.query(`DROP TABLE IF EXISTS ${shadow} CASCADE`)
      await client.query(
        `CREATE TEMPORARY TABLE ${escapeIdentifier(name)} (LIKE ${qualifiedName(schema, name)} INCLUDING GENERATED)`,
      )
      const { rows: unknown } = await client.query<{ name: string }>(
        `SELECT attname AS name FROM pg_catalog.pg_attribute
          WHERE attrelid = ${escapeLiteral(shadow)}::regclass AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND attname NOT IN (${known})`,
      )
      // A column that is generated from one of them goes as well.
      const drops = unknown.map((column) => `DROP COLUMN ${escapeIdentifier(column.name)} CASCADE`).join(', ')
      await client.query(
        `${drops && `ALTER TABLE ${shadow} ${drops};`} CREATE INDEX ${indexName(index)} ON ${shadow} (${keys})`,
      )
    }
  }

  /** Moves tables to how they are after a commit, by the changes that lie in between. */
  async moveTo(commit: number, names: ReadonlySet<string>): Promise<void> {
    const runs: Run[] = []
    for (const [index, table] of this.#tables.entries()) {
      if (!names.has(table.name)) continue
      const state = this.#states.get(table.name)
      if (!state) await this.#load(index, commit, false)
      else runs.push(...runsBetween(table, index, state.commit, commit))
      this.#states.set(table.name, { commit, isReversed: state?.isReversed ?? false })
    }
    if (runs.length > 0) await this.#write(runs)
  }

  /**
   * Fills tables anew, with their rows in the opposite order to before, and calls `use` while no index of theirs gives them another.
   */
  async reversed<T>(commit: number, names: ReadonlySet<string>, use: () => Promise<T>): Promise<T> {
    const indexes: string[] = []
    for (const [index, table] of this.#tables.entries()) {
      if (!names.has(table.name)) continue
      const isReversed = !this.#states.get(table.name)?.isReversed
      await this.#load(index, commit, isReversed)
      this.#states.set(table.name, { commit, isReversed })
      indexes.push(`${SHADOW_SCHEMA}.${indexName(index)}`)
    }
    const without = indexes.length > 0 ? [`DROP INDEX ${indexes.join(', ')}`] : []
    return reading(this.#client, use, without)
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

const indexName = (table: number): string => `cdc_key_${table}`

/**
 * Reads in a transaction that leaves nothing behind: what a function would change is refused by the server.
 *
 * @param before what is done first, for this transaction alone
 */
export async function reading<T>(
  client: DatabaseClient,
  use: () => Promise<T>,
  before: readonly string[] = [],
): Promise<T> {
  await client.query(['BEGIN', ...before, 'SET TRANSACTION READ ONLY'].join(';'))
  try {
    return await use()
  } finally {
    await client.rollBack()
  }
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
