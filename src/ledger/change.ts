import type { ChangeKind } from '../plan/batch.js'
import type { PgValue } from '../tables/column.js'

/** A row as `pg` returns it. */
export type Row = Readonly<Record<string, PgValue>>

/** One INSERT, UPDATE or DELETE of one row. */
export interface Change {
  readonly kind: ChangeKind
  readonly table: string
  /** As `pg` returns it; of several columns as `(7, 12)`, in the order of the definition's `key`. */
  readonly key: string
  /** The row before an UPDATE or DELETE. */
  readonly before?: Row
  /** The row after an INSERT or UPDATE. */
  readonly after?: Row
}

/** How many changes of each kind. */
export interface ChangeCounts {
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
}

/** How many changes there are of all kinds. */
export function changeCount({ inserts, updates, deletes }: ChangeCounts): number {
  return inserts + updates + deletes
}

/** No changes at all. */
export const noCounts: ChangeCounts = { inserts: 0, updates: 0, deletes: 0 }

/** The changes of both. */
export function addCounts(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return { inserts: a.inserts + b.inserts, updates: a.updates + b.updates, deletes: a.deletes + b.deletes }
}
