/** How a query is asked. */
export interface QueryOptions {
  /** Values for `$1`, `$2` … @default none */
  readonly params?: readonly unknown[]
  /**
   * The columns of the result that tell its rows apart, such as those of its GROUP BY: a failure then tells for each of them
   * after which commit it is. @default none, so that a failure lists the rows that differ
   */
  readonly key?: string | readonly string[]
}

/**
 * The result of a query over the tables of a stream, after any commit, as matchers take it. It is answered by the database of the
 * stream itself, over temporary tables with the rows that the ledger has for the commit.
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
