import type { Row } from '../../ledger/change.js'
import { keyNames } from '../../tables/keys/key-column.js'
import { encodeRow } from '../encode-row.js'
import type { Encoding } from '../../tables/types/cell-type.js'
import { definitionOf, type EventContext } from '../event-context.js'
import type { JsonRow, JsonObject, EventFields } from '../event-fields.js'
import type { ReadChange } from '../captured-change.js'
import { type FeedFormat, knownTable, type ReadContext } from '../feed-format.js'

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

export function renderFlink(context: EventContext): FlinkRow[] {
  return context.changes.flatMap(({ kind, table, before, after }) => {
    const { columns } = definitionOf(context, table)
    const toRow = (op: FlinkRowKind, row: Row = {}): FlinkRow => ({ op, table, row: encodeRow(columns, row, encoding) })
    if (kind === 'insert') return [toRow('+I', after)]
    if (kind === 'delete') return [toRow('-D', before)]
    return [toRow('-U', before), toRow('+U', after)]
  })
}

interface Half {
  readonly event: EventFields
  readonly row: JsonObject
}

/** Rows of a Flink changelog, in our own form: Flink has none. */
export const flinkFormat: FeedFormat = {
  names: ['flink'],
  description: 'a row of a Flink changelog',
  fits: ({ op }) => typeof op === 'string' && /^[+-][IUD]$/.test(op),
  isSilent: () => false,
  read: readRows,
}

/**
 * `-U` and `+U` of one key become one UPDATE, in the place of `+U`; of an unknown
 * table, those that follow one another. A `+U` alone is an UPDATE whose row before is not known, a `-U` alone takes the
 * row away.
 */
function readRows(events: readonly EventFields[], context: ReadContext): ReadChange[] {
  const halves = new Map<string, Half[]>()
  const changes: ReadChange[] = []
  for (const event of events) {
    const [op, table, row] = [event.text('op'), event.text('table'), event.row('row')]
    const known = knownTable(context, table)
    const waiting = JSON.stringify([table, known ? keyNames(known).map((name) => row[name] ?? null) : null])
    const place = { table, event: event.index }
    if (op === '+I') changes.push({ kind: 'insert', ...place, after: row })
    else if (op === '-D') changes.push({ kind: 'delete', ...place, before: row })
    else if (op === '-U') halves.set(waiting, [...(halves.get(waiting) ?? []), { event, row }])
    else if (op === '+U') {
      const before = halves.get(waiting)?.shift()?.row
      changes.push({ kind: 'update', ...place, before, after: row })
    } else event.fail('with `op` +I, -U, +U or -D', op)
  }
  for (const { event, row } of [...halves.values()].flat()) {
    changes.push({ kind: 'delete', table: event.text('table'), before: row, event: event.index })
  }
  return changes.toSorted((a, b) => a.event - b.event)
}
