import type { Cell } from '../../tables/column.js'
import type { RowOptions } from '../../tables/row-options.js'
import type { ChangeKind } from '../batch.js'

/** A table of a script, and what stood in it before. */
export interface ScriptTable {
  readonly name: string
  /** The table of the script that rows of this one belong to: a parent must be there as long as its children are. */
  readonly parent?: string
  /** The most children of a row of the parent, the fewest, and how much more likely few are: see `ParentTable`. @default 1, 1, 0 */
  readonly most?: number
  readonly least?: number
  readonly skew?: number
  /** Tables of the script whose rows those of this one point at. @default none */
  readonly refers?: readonly string[]
  /** The largest key before the first change: row n has the key `maxKey` + n. @default 0 */
  readonly maxKey?: number
  /** The largest value of each sequence of the definition, such as `ticket`, before the first change. @default 0 */
  readonly sequences?: Readonly<Record<string, number>>
  /** Rows that stand there before the first change: all columns in the order of the definition. @default none */
  readonly images?: readonly (readonly Cell[])[]
}

/**
 * Changes of one kind on one table: kind, table, rows. Where the table has a clock that shows when transactions began: the
 * commit before which this one began, too. A row is `7`, or `7@2` for its version 2, or `1..200`; the
 * version is the one after an INSERT or UPDATE, and the one before a DELETE.
 */
export type ScriptRun = readonly [kind: ChangeKind, table: string, rows: string, begins?: number]

/**
 * All changes of a stream, as a value of JSON: what `run` executes, `record` writes and `replay` reads.
 *
 * The rules: an INSERT is of row numbers above all before it, in version 0, or of such that were left out and come late, or
 * of deleted rows, in their last version plus one; an UPDATE is of a row that is there and adds one to its version, or nothing to leave its values as they
 * are; a DELETE names its version; when a batch
 * commits, every row has its parent. A row comes after all that it can point at, which are never deleted.
 */
export interface ChangeScript extends RowOptions {
  /** Which rules the values of rows follow. */
  readonly format: number
  /** From which the values of rows follow. */
  readonly seed: number
  /** Parents come before their children. */
  readonly tables: readonly ScriptTable[]
  /** Rows 1 … n of every table that stand there before the first change. @default 0 */
  readonly baselineRows?: number
  /** The token of the plan that the batches come from, which `resume` goes on with. @default they come from no plan */
  readonly plan?: string
  /** Each becomes one transaction. */
  readonly batches: readonly (readonly ScriptRun[])[]
}

/** A script without its batches: the first line of a record. */
export type ScriptHeader = Omit<ChangeScript, 'batches'>
