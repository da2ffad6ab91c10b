import type { ConnectionOptions } from '../database/connection/connection.js'

/** A database that answers queries. */
export type QueryPlace = ConnectionOptions | 'embedded'

/** How a query is asked. */
export interface QueryOptions {
  /** Values for `$1`, `$2` … @default none */
  readonly params?: readonly unknown[]
  /**
   * The columns of the result that tell its rows apart, such as those of its GROUP BY: a failure then tells for each of them
   * after which commit it is. @default none, so that a failure lists the rows that differ
   */
  readonly key?: string | readonly string[]
  /**
   * The database that answers it: what it reads besides the stream's tables has to be there. @default that of the stream, as far as its user may have
   * temporary tables; else a PostgreSQL 14 of our own, which has nothing besides
   */
  readonly on?: QueryPlace
}

/**
 * The result of a query over the tables of a stream, after any commit, as matchers take it. It is answered by a database, over
 * temporary tables with the rows that the ledger has for the commit.
 */
export interface QueryState {
  readonly sql: string
  /**
   * The rows that it has after a commit, as `pg` returns them.
   *
   * @param commit @default the last one
   * @throws OptionsError for a query that can have no one result; StateError before the stream has begun, and for a commit that was not made
   */
  at(commit?: number): Promise<readonly Readonly<Record<string, unknown>>[]>
}
