import type { Row } from '../ledger/change.js'
import type { Aggregate } from '../ledger/view.js'

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
}
