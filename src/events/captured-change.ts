import type { ChangeKind } from '../plan/batch.js'
import type { PgValue } from '../tables/column.js'
import type { JsonValue } from './event-fields.js'

/**
 * A row as it stands in an event. Columns of known tables hold what `pg` would return; others, and those of unknown tables,
 * what stood in the event.
 */
export type CapturedRow = Readonly<Record<string, PgValue | JsonValue>>

/** A change that was read from a feed, in whatever format. */
export interface CapturedChange {
  /** `read` is no change, but a row that stood there when it was read: Debezium's `r`, Maxwell's bootstrap. It has an `after`. */
  readonly kind: ChangeKind | 'read'
  /**
   * Whether an INSERT and an UPDATE look the same in the feed: flat rows without `__op`. `kind` is an UPDATE then where the
   * key came before, else an INSERT.
   */
  readonly upsert?: true
  readonly table: string
  /** The database that the event names. */
  readonly database?: string
  /** The schema that the event names. */
  readonly schema?: string
  /** Whether our own `renderEvents` made the event, so that the names of database and schema may be made up. */
  readonly rendered?: true
  /** The key columns with their values, as far as the format or a table definition names them. */
  readonly key?: CapturedRow
  /** The row before an UPDATE or DELETE, as far as the event has it: some have the key alone, or nothing. */
  readonly before?: CapturedRow
  /** The row after an INSERT or UPDATE, or as it was read. Columns that are not in the event are left out. */
  readonly after?: CapturedRow
  /** The transaction, as the format names it: the same for all changes of one, another for those of another. */
  readonly transaction?: string
  /** The number of the commit; only our own format has it. */
  readonly commit?: number
  /** Which change of its transaction this one is, from 1 on. */
  readonly position?: number
  /** How many changes the transaction has. */
  readonly total?: number
  /** Whether this is the last change of its transaction, where the format marks it. */
  readonly last?: boolean
  /** Which event it was read from, from 0 on. Several changes can come from one event. */
  readonly event: number
}

type Always = 'kind' | 'table' | 'event'

/** A change as its format reads it: what the event lacks may be undefined. */
export type ReadChange = Pick<CapturedChange, Always> & {
  readonly [K in Exclude<keyof CapturedChange, Always>]?: CapturedChange[K] | undefined
}

/** The change as users get it: it has no name for what the event lacks. */
export function withoutUndefined(change: ReadChange): CapturedChange {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as unknown as CapturedChange
}

type Kinds = ReadonlyMap<unknown, CapturedChange['kind']>

export const namedKinds: Kinds = new Map([
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'delete'],
])

export const statementKinds: Kinds = new Map([...namedKinds].map(([name, kind]) => [String(name).toUpperCase(), kind]))

export const operationKinds: Kinds = new Map([
  ['c', 'insert'],
  ['r', 'read'],
  ['u', 'update'],
  ['d', 'delete'],
])
