import type { ChangeKind } from '../../plan/batch.js'
import { type Encoding, encodeRow } from '../encode-row.js'
import { definitionOf, type EventContext } from '../event-context.js'
import type { JsonRow } from '../json-value.js'

/** A change in our own format: `int8` and `numeric` are texts, a date is `YYYY-MM-DD`. */
export interface ChangeEvent {
  readonly commit: number
  /** 1 for the first change of the commit, `total` for the last. */
  readonly sequence: number
  readonly total: number
  readonly kind: ChangeKind
  readonly table: string
  /** The key column with its value. */
  readonly key: JsonRow
  /** The row before an UPDATE or DELETE, else null. */
  readonly before: JsonRow | null
  /** The row after an INSERT or UPDATE, else null. */
  readonly after: JsonRow | null
}

const encoding: Encoding = { int8: 'text', numeric: 'text', bool: 'boolean', date: 'text' }

/** The events of a commit in our own format. */
export function renderChanges(context: EventContext): ChangeEvent[] {
  const { commit, changes } = context
  return changes.map(({ kind, table, key, before, after }, index) => {
    const { columns, key: keyColumn } = definitionOf(context, table)
    return {
      commit,
      sequence: index + 1,
      total: changes.length,
      kind,
      table,
      key: { [keyColumn]: key },
      before: before ? encodeRow(columns, before, encoding) : null,
      after: after ? encodeRow(columns, after, encoding) : null,
    }
  })
}
