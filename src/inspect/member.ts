import type { Link } from '../plan/families/family.js'
import { type DraftTable } from './draft-table.js'
import { type ForeignKey, nullColumns } from './foreign-key.js'

/** A table among those that are drafted with it, and what its foreign keys point at. */
export interface Member {
  readonly table: DraftTable
  /** The table that its rows hang on. */
  readonly parent: string | undefined
  /** To the parent, or to what that hangs on: the nearest first. */
  readonly above: readonly ForeignKey[]
  /** To rows of other tables that are never deleted. */
  readonly refers: readonly ForeignKey[]
  /** To such rows of the table itself. */
  readonly trees: readonly ForeignKey[]
  /** To the row itself. */
  readonly selves: readonly ForeignKey[]
  /** Those that point at nothing, because other foreign keys, or unique columns, do not allow it. */
  readonly apart: readonly ForeignKey[]
  /** To tables of the draft that are created later, because they point at one another. */
  readonly circular: readonly ForeignKey[]
  /** All others: to tables that are not drafted, or by columns that rows are not made for. */
  readonly loose: readonly ForeignKey[]
  /** Of those above, the ones of which another foreign key has decided a column. */
  readonly torn: readonly ForeignKey[]
  /** Which foreign key decides a column that is not of the key. */
  readonly deciders: ReadonlyMap<string, ForeignKey>
}

/** How many rows hang on one of its parent. */
export interface Children extends Link {
  /** How many numbers of the table a row of the root has. */
  readonly spread: number
  /** How many values a column of the key takes in turn. */
  readonly turns: ReadonlyMap<string, number>
}

/** The foreign keys that point at rows. */
export function holding({ above, refers, trees, selves }: Omit<Member, 'parent'>): readonly ForeignKey[] {
  return [...above, ...refers, ...trees, ...selves]
}

/** The columns of a table that are NULL because their foreign keys point at nothing. */
export function nullsOf(member: Member): ReadonlySet<string> {
  const { table, apart, circular, loose } = member
  return new Set([...apart, ...circular, ...loose].flatMap((key) => nullColumns(key, table, holding(member))))
}
