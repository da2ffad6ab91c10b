import type { Row } from '../../ledger/change.js'
import type { ChangeKind } from '../../plan/batch.js'
import { keyNames } from '../../tables/keys/key-column.js'
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
  /** The key columns with their values. */
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
    const definition = definitionOf(context, table)
    const [only, ...others] = keyNames(definition)
    const encoded = (row: Row | undefined): JsonRow | null =>
      row ? encodeRow(definition.columns, row, encoding) : null
    const [was, is] = [encoded(before), encoded(after)]
    const row = is ?? was ?? {}
    return {
      commit,
      sequence: index + 1,
      total: changes.length,
      kind,
      table,
      key:
        others.length === 0
          ? { [only!]: key }
          : Object.fromEntries([only!, ...others].map((name) => [name, row[name] ?? null])),
      before: was,
      after: is,
    }
  })
}
