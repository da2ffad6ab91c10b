import type { SinkQuery } from '../../options/sink-queries.js'
import type { TableDefinition } from '../../tables/table-definition.js'

/** A sink that is audited. Its disposal leaves no session and no process behind. */
export interface Sink extends AsyncDisposable {
  /** What it is, without a password. */
  readonly name: string
  /** Whether it gives all tables as of one moment. */
  readonly snapshots: boolean
  /** Reads all tables, by the names that the stream has for them. */
  read(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>
}

/** A table of the stream, and how the sink is asked for it. */
export interface SinkTable {
  readonly definition: TableDefinition
  readonly query: SinkQuery
}

/** A sink that answers SQL. */
export interface SqlSession {
  /** The columns of a query's result, also where it has no rows. */
  columns(sql: string): Promise<readonly string[]>
  /** The rows of several queries, of one moment where that is possible. */
  rows(queries: readonly string[]): Promise<readonly unknown[]>
  /** Whether these tables of the sink can be read as of one moment. */
  hasSnapshots(names: readonly string[]): Promise<boolean>
  /** Takes leave; at once where somebody waits no more. Never rejects. */
  close(): Promise<void>
  /** Ends what is under way. */
  destroy(): void
}

export interface SqlDialect {
  readonly name: string
  readonly quote: (name: string) => string
  /** @param signal ends the waiting */
  open(signal: AbortSignal): Promise<SqlSession>
  /** Whether the session is opened anew for each read, so that others can have the sink in between. */
  readonly opensAnew: boolean
}
