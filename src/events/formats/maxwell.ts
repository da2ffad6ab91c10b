import type { ChangeKind } from '../../plan/batch.js'
import { changedColumns, type JsonRow } from '../json-value.js'
import { type Encoding, encodeRow } from '../encode-row.js'
import { definitionOf, type EventContext } from '../event-context.js'

/** A change as Maxwell sends it with `output_xoffset`: https://maxwells-daemon.io/dataformat/ */
export interface MaxwellEvent {
  readonly database: string
  readonly table: string
  readonly type: ChangeKind
  /** Seconds since 1970. */
  readonly ts: number
  /** The number of the commit. */
  readonly xid: number
  /** The change within the transaction, from 0 on; the last one has `commit` in its place. */
  readonly xoffset?: number
  readonly commit?: true
  /** The row after an INSERT or UPDATE, the row before a DELETE. */
  readonly data: JsonRow
  /** The values before an UPDATE of those columns that it changed; left out where there are none. */
  readonly old?: JsonRow
}

/** As Maxwell writes MySQL's types: DECIMAL is a number there, TINYINT(1) as well. */
const encoding: Encoding = { int8: 'number', numeric: 'number', bool: 'number', date: 'text', feed: 'maxwell' }

/** The events of a commit as Maxwell makes them. */
export function renderMaxwell(context: EventContext): MaxwellEvent[] {
  const { commit, database, changes, at } = context
  return changes.map(({ kind, table, before, after }, index) => {
    const { columns } = definitionOf(context, table)
    const data = encodeRow(columns, after ?? before ?? {}, encoding)
    const old = before && after ? changedColumns(encodeRow(columns, before, encoding), data) : {}
    return {
      database,
      table,
      type: kind,
      ts: Math.floor(at / 1000),
      xid: commit,
      ...(index === changes.length - 1 ? { commit: true } : { xoffset: index }),
      data,
      ...(Object.keys(old).length > 0 ? { old } : {}),
    }
  })
}
