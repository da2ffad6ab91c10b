import { OptionsError, TargetError } from '../../errors.js'
import { oneLine } from '../../database/one-line.js'
import type { Sink, SinkTable, SqlDialect, SqlSession } from './sink.js'

/** A sink that is read by SQL, and the columns that it gives of each table. */
export interface OpenedSink {
  readonly sink: Sink
  /** By table; only where a query chooses them. */
  readonly columns: Readonly<Record<string, readonly string[]>>
}

/**
 * Opens a sink and looks at the columns of its tables.
 *
 * @throws OptionsError for tables that lack columns; TargetError for a sink that cannot be read
 */
export async function openSqlSink(
  dialect: SqlDialect,
  tables: readonly SinkTable[],
  signal: AbortSignal,
): Promise<OpenedSink> {
  const sink = new SqlSink(dialect)
  try {
    return { sink, columns: await sink.prepare(tables, signal) }
  } catch (error) {
    await sink[Symbol.asyncDispose]()
    if (error instanceof OptionsError || error instanceof TargetError) throw error
    throw new TargetError(
      `Expected to read the sink ${dialect.name}, got: ${textOf(error)}. Correct --sink, --table or --sql.`,
      {
        cause: error,
      },
    )
  }
}

class SqlSink implements Sink {
  readonly #dialect: SqlDialect
  #queries: readonly { readonly table: string; readonly sql: string }[] = []
  #session: SqlSession | undefined
  #snapshots = true

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect
  }

  get name(): string {
    return this.#dialect.name
  }

  get snapshots(): boolean {
    return this.#snapshots
  }

  async prepare(tables: readonly SinkTable[], signal: AbortSignal): Promise<OpenedSink['columns']> {
    const { quote } = this.#dialect
    const quoted = (name: string): string => name.split('.').map(quote).join('.')
    const chosen: Record<string, readonly string[]> = {}
    const queries: { table: string; sql: string }[] = []
    await this.#using(signal, async (session) => {
      for (const { definition, query } of tables) {
        const { table, sql, name = table } = query
        const there = await session.columns(sql ?? `SELECT * FROM ${quoted(name)}`)
        const own = definition.columns.map((column) => column.name)
        if (sql === undefined) expectColumns(own, there, definition.name, name)
        else chosen[table] = expectSome(own, there, table)
        queries.push({ table, sql: sql ?? `SELECT ${own.map(quote).join(', ')} FROM ${quoted(name)}` })
      }
      const names = tables.flatMap(({ query }) => (query.sql === undefined ? [query.name ?? query.table] : []))
      this.#snapshots = await session.hasSnapshots(names)
    })
    this.#queries = queries
    return chosen
  }

  async read(signal: AbortSignal): Promise<Record<string, unknown>> {
    return this.#using(signal, async (session) => {
      const rows = await session.rows(this.#queries.map(({ sql }) => sql))
      return Object.fromEntries(this.#queries.map(({ table }, index) => [table, rows[index]]))
    })
  }

  async #using<T>(signal: AbortSignal, use: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = (this.#session ??= await this.#dialect.open(signal))
    const onAbort = (): void => session.destroy()
    signal.addEventListener('abort', onAbort, { once: true })
    let isKept = false
    try {
      const result = await use(session)
      isKept = !this.#dialect.opensAnew
      return result
    } finally {
      signal.removeEventListener('abort', onAbort)
      // After an error nobody knows what state it is in; the next read has a new one.
      if (!isKept) await this[Symbol.asyncDispose]()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.close()
  }
}

function expectColumns(own: readonly string[], there: readonly string[], table: string, name: string): void {
  const missing = own.filter((column) => !there.includes(column))
  if (missing.length === 0) return
  throw new OptionsError(
    `Expected \`${name}\` of the sink to have the columns of ${table}, got none called ${namesOf(missing)}. Read what it has with --sql '${table}=SELECT …'.`,
  )
}

function expectSome(own: readonly string[], there: readonly string[], table: string): readonly string[] {
  const common = own.filter((column) => there.includes(column))
  if (common.length > 0) return common
  throw new OptionsError(
    `Expected --sql to give columns of ${table}, got ${namesOf(there)}. Call them as the table does: SELECT … AS ${own[0]}.`,
  )
}

const MOST_NAMED = 4

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => `\`${name}\``)
  const rest = names.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ') || 'nothing'
}

export function textOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
