import type { TableClock } from './clock.js'
import type { Cell, Column } from './column.js'
import type { Key } from './keys/key-column.js'

/** What the rows of a stream depend on besides their number and version. */
export interface RowContext {
  /** The stream's seed, an unsigned 32-bit integer. */
  readonly seed: number
  /** TPC-DS scale factor; sets the key ranges. */
  readonly scale: number
  /** Whether rows have NULLs as TPC-DS draws them, or none. */
  readonly nulls: 'tpcds' | 'none'
  /** Julian day number of every sale, or undefined to draw it from the TPC-DS calendar. */
  readonly businessDay: number | undefined
  /** For each of the definition's sequences, the largest value that stood in the table before the stream. */
  readonly sequences: Readonly<Record<string, number>>
  /**
   * The key of row `number` (1, 2, 3 …) of a table of the stream, one cell for each of its columns: what a foreign key to
   * that row holds, whatever kind of key it is.
   *
   * @throws OptionsError for a table that the stream does not have
   */
  readonly keyOf: (table: string, number: number) => readonly Cell[]
  /**
   * The number of the row of another table that this table's row `number` hangs on: of its parent, or of a parent's parent.
   *
   * @throws OptionsError for a table that is not above it, or that the stream does not have
   */
  readonly rowAbove: (table: string, number: number) => number
  /** The place of this table's row `number` among the children of its parent: 0, 1 … */
  readonly slotOf: (number: number) => number
  /**
   * The number of a row of another table that this table's row `number` may point at, in any version: it was inserted before, and is
   * never deleted. Of a table among its own `refers`, undefined where there is none yet: let the column be NULL, or
   * point at the row itself.
   *
   * @param pick An integer ≥ 0 that chooses one, such as `random.next()`
   * @throws OptionsError for a table that is not among its `refers`, or that the stream does not have
   */
  readonly rowReferred: (table: string, number: number, pick: number) => number | undefined
}

/** Computes rows. Every result is a pure function of the context, the number and the version. */
export interface RowSource {
  /**
   * Writes row `number` (1, 2, 3 …) in `version` (0 as inserted, then one more with every UPDATE and every time it is
   * inserted again): every cell but those of the key, which hold it already, in the order of the columns. Only columns
   * that are `recomputed` may depend on the version, and something has to.
   */
  fill(cells: Cell[], number: number, version: number): void
  /**
   * Writes what UPDATE number `version` makes of a row that stood in the table before the stream. `cells` holds its
   * image as it was read; `number` is negative and tells such rows apart.
   */
  revise?(cells: Cell[], number: number, version: number): void
}

/**
 * How a table hangs on another one: its rows are inserted after the row of the parent that they belong to, and deleted
 * before it. A row of the parent has the numbers (p − 1) · `most` + 1 … p · `most` for its children; the first so many of
 * these exist, which follows from the seed. With `most` 1, row n belongs to row n.
 *
 * A foreign key to the parent holds `keyOf(table, rowAbove(table, number))`.
 */
export interface ParentTable {
  readonly table: string
  /** The columns by which a row that stood there before belongs to a row of the parent: own → parent's. */
  readonly on: Readonly<Record<string, string>>
  /** The most children that a row of the parent has here, 1 to 1000. @default 1 */
  readonly most?: number
  /** The fewest, from 0 on. @default 1 where `most` is 1, else 0 */
  readonly least?: number
  /**
   * How much more likely few children are, 0 to 100: of so many further draws, the fewest children count. With 0 each number from `least`
   * to `most` is as likely as the others.
   * @default 0
   */
  readonly skew?: number
}

/** A table, described once: planner, writer, ledger and events know tables only through this. */
export interface TableDefinition {
  readonly name: string
  readonly columns: readonly Column[]
  /**
   * The columns that tell rows apart, unique together, never NULL and never changed: the name of one, or a list. Of an
   * integer, row n gets the key (largest key before) + n. What other types do, and several columns, says `KeyColumn`.
   */
  readonly key: Key
  /** The table whose rows those of this one belong to: they come after their parent, and never outlive it. */
  readonly parent?: ParentTable
  /**
   * Tables of the stream that rows of this one point at without belonging to them, such as a product; it may be among them itself, for
   * a tree. Some rows of these tables are never deleted, and `rowReferred` of the context names one of them.
   * @default none
   */
  readonly refers?: readonly string[]
  /**
   * Columns that count upwards from the largest existing value, by a name that tables can share; of a column of the key,
   * whatever its type, the largest number of a key that is there already.
   */
  readonly sequences?: Readonly<Record<string, string>>
  /** The column that holds the time of a row's last change, such as `updated_at`. @default none */
  readonly clock?: TableClock
  /**
   * SQL that creates the table where it is missing, with what columns do not say: lengths, enums, CHECKs, foreign keys,
   * indexes. It names tables without their schema, which comes first in the search path.
   * @default a table of the columns, with the key as its primary key
   */
  readonly ddl?: string
  /** Prepares the computation of rows. To be pure: the same context gives the same rows, in any process. */
  rows(context: RowContext): RowSource
}
