import type { Ledger } from '../ledger/public-ledger.js'
import type { Row } from '../ledger/change.js'
import type { RowPeriod } from '../ledger/public-ledger.js'
import type { Aggregate } from '../ledger/view.js'

/** Which commits are considered. */
export interface CommitLimits {
  /** The first one. @default 0: what stood there before the first change */
  readonly since?: number
  /** The last one. @default the last one whose COMMIT was sent: a reader may see it before it is acknowledged */
  readonly until?: number
  /**
   * Takes no commit that is older than what the test knows of, as the matchers do: what was acknowledged when the `read()` that gave
   * the rows began, else the newest commit that a call of the stream has reported. Where `since` is given, that counts. @default false
   */
  readonly fresh?: boolean
}

/** The commits that what was read equals; between them nothing changed that it shows. */
export interface CommitRange {
  readonly first: number
  readonly last: number
}

/** A stream whose tables are asked for by their names. */
export interface TableSource {
  readonly ledger: Ledger
  table(name: string): TableState
}

/** What rows are compared with: one table, or several of one stream, each named in the object of rows. */
export type CommitTarget = TableState | TableSource | Readonly<Record<string, TableState>>

/**
 * A table of a stream as matchers take it: what it contains after any commit. Can be narrowed to what a job under test
 * really produces, before or after the stream has begun.
 */
export interface TableState {
  readonly name: string
  /** Only these columns. Rows that are the same then are counted. */
  columns(names: readonly string[]): TableState
  /** Only rows that pass. The filter sees them whole, as `pg` returns them; it must be a pure function. */
  where(filter: (row: Row) => boolean): TableState
  /** Sums by group, as SQL's GROUP BY gives them. */
  aggregate(aggregate: Aggregate): TableState
  /**
   * For rows that call their columns something else, such as `SS_ID` or `ssId`. What is said of a table (`columns`,
   * `where`, `aggregate`) and what a failure says keeps the table's own names.
   *
   * @param nameOf what the rows call a column of the table, or a count
   */
  named(nameOf: (column: string) => string): TableState
  /**
   * The versions of every row, each with the commits from which to which it held, row by row; versions that the commit
   * which made them replaced are left out. Computed while they are taken, up to the last commit that was sent. Not of an aggregate.
   *
   * @throws StateError before the stream has begun
   */
  history(): Iterable<RowPeriod>
}
