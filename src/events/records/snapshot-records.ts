import type { Change, Row } from '../../ledger/change.js'
import type { EventContext } from '../event-context.js'
import { renderEvents } from '../render-events.js'
import { toRecords } from './change-records.js'
import type { EventRecord } from './event-record.js'
import type { DebeziumFormat, ResolvedRecords } from './record-options.js'

/** Where a row stands in its snapshot: https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-create-events */
type SnapshotMark = 'first' | 'first_in_data_collection' | 'true' | 'last_in_data_collection' | 'last' | 'incremental'

/** Rows as they stood there, as records with the operation `r`. */
export function snapshotRecords(
  format: DebeziumFormat,
  context: EventContext,
  options: ResolvedRecords,
  mark: (index: number) => SnapshotMark = (index) => placeOf(context.changes, index),
): EventRecord[] {
  return toRecords(format, context, options, renderEvents(format, context), (event, index) => {
    const source = { ...event.source, snapshot: mark(index) }
    return { ...event, source, transaction: null, op: 'r' }
  })
}

function placeOf(rows: readonly Change[], index: number): SnapshotMark {
  if (index === rows.length - 1) return 'last'
  if (index === 0) return 'first'
  if (rows[index + 1]?.table !== rows[index]?.table) return 'last_in_data_collection'
  return rows[index - 1]?.table === rows[index]?.table ? 'true' : 'first_in_data_collection'
}

/** A row that stands there, as if it came now. */
export function asInsert(table: string, after: Row): Change {
  return { kind: 'insert', table, key: '', after }
}
