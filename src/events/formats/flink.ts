import type { Row } from '../../ledger/change.js'
import { type Encoding, encodeRow } from '../encode-row.js'
import { definitionOf, type EventContext } from '../event-context.js'
import type { JsonRow } from '../json-value.js'

/** Flink's RowKind, in its short form. */
export type FlinkRowKind = '+I' | '-U' | '+U' | '-D'

/**
 * A row of a Flink changelog. Flink has no JSON of its own for it: `op` is what its SQL client calls the column, and
 * values are written as Flink's JSON format writes them.
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/connectors/table/formats/json/#data-type-mapping
 */
export interface FlinkRow {
  readonly op: FlinkRowKind
  readonly table: string
  readonly row: JsonRow
}

const encoding: Encoding = { int8: 'number', numeric: 'number', bool: 'boolean', date: 'text', feed: 'flink' }

/** The rows of a commit's changelog. */
export function renderFlink(context: EventContext): FlinkRow[] {
  return context.changes.flatMap(({ kind, table, before, after }) => {
    const { columns } = definitionOf(context, table)
    const toRow = (op: FlinkRowKind, row: Row = {}): FlinkRow => ({ op, table, row: encodeRow(columns, row, encoding) })
    if (kind === 'insert') return [toRow('+I', after)]
    if (kind === 'delete') return [toRow('-D', before)]
    return [toRow('-U', before), toRow('+U', after)]
  })
}
