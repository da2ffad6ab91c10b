import type { Column } from '../tables/column.js'
import { expectKnown } from '../tables/expect-known.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { CapturedChange, CapturedRow } from './captured-change.js'
import { decodeRow, Misfit } from './decode-row.js'
import { EventFields, eventError } from './event-fields.js'
import { type EventFormat } from './event-format.js'
import { type EventShape, isTransactionMarker, shapeOf, unwrapped } from './event-shape.js'
import type { JsonObject } from './json-value.js'
import { type EventInput, type IndexedEvent, parseEvents } from './parse-events.js'
import { readCanalMessage } from './read-canal.js'
import { readChange } from './read-changes.js'
import { readEnvelope } from './read-debezium.js'
import { readFlinkRows } from './read-flink.js'
import { readMaxwellEvent } from './read-maxwell.js'
import { expectFormat } from './render-events.js'

/** How a feed is read. */
export interface ReadEventsOptions {
  /** @default told by the shape of the first event */
  readonly format?: EventFormat
  /** Definitions of tables in the feed: their keys are known then, and their values are brought to what `pg` returns. */
  readonly tables?: readonly TableDefinition[]
}

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ format: true, tables: true } satisfies Record<keyof ReadEventsOptions, true>)

const shapesOf: Readonly<Record<EventFormat, EventShape>> = {
  changes: 'changes',
  'debezium-mysql': 'debezium',
  'debezium-postgres': 'debezium',
  maxwell: 'maxwell',
  canal: 'canal',
  flink: 'flink',
}

const descriptions: Readonly<Record<EventShape, string>> = {
  changes: 'a change in our own format',
  debezium: 'a Debezium change event',
  maxwell: 'an event of Maxwell',
  canal: 'a flat message of Canal',
  flink: 'a row of a Flink changelog',
}

/**
 * Reads a captured feed back: events of any format that `renderEvents` makes, also as the real connectors make them, as
 * objects, as JSON of them, or as NDJSON. The changes are in the order of the events. What tells of no change of a row is
 * left out: tombstones, transaction markers, schema changes.
 *
 * @throws OptionsError that names the first event that does not fit, as `events[0]`, and what was expected
 */
export function readEvents(events: EventInput, options: ReadEventsOptions = {}): CapturedChange[] {
  expectKnown(options, OPTION_NAMES, '`readEvents()`')
  const { format, tables = [] } = options
  if (format !== undefined) expectFormat(format)
  const parsed = parseEvents(events).filter(hasEvent)
  const shape = format === undefined ? detect(parsed) : shapesOf[format]
  if (shape === undefined) return []
  const fields = parsed
    .map(({ index, event }) => new EventFields(index, unwrapped(event), descriptions[shape]))
    .filter(({ object }) => !(shape === 'debezium' && isTransactionMarker(object)))
  const columns = new Map(tables.map((table) => [table.name, new Map(table.columns.map((c) => [c.name, c]))]))
  return read(shape, fields, tables).map((change) => complete(change, tables, columns.get(change.table)))
}

function read(shape: EventShape, fields: EventFields[], tables: readonly TableDefinition[]): CapturedChange[] {
  switch (shape) {
    case 'changes':
      return fields.map(readChange)
    case 'debezium':
      return fields.flatMap((event) => readEnvelope(event) ?? [])
    case 'maxwell':
      return fields.flatMap((event) => readMaxwellEvent(event) ?? [])
    case 'canal':
      return fields.flatMap(readCanalMessage)
    case 'flink':
      return readFlinkRows(fields, tables)
  }
}

function hasEvent(event: IndexedEvent): event is IndexedEvent & { readonly event: JsonObject } {
  return event.event !== null
}

function detect(events: readonly (IndexedEvent & { readonly event: JsonObject })[]): EventShape | undefined {
  const [first] = events
  if (!first) return undefined
  const shape = shapeOf(first.event)
  if (shape) return shape
  const known = Object.values(descriptions).join(', ')
  throw eventError(first.index, `one of these: ${known}`, first.event)
}

function complete(
  change: CapturedChange,
  tables: readonly TableDefinition[],
  columns: ReadonlyMap<string, Column> | undefined,
): CapturedChange {
  if (!columns) return change
  const decode = (row: CapturedRow): CapturedRow => {
    const decoded = decodeRow(columns, row)
    if (!(decoded instanceof Misfit)) return decoded
    const { column, value } = decoded
    throw eventError(change.event, `an event with a \`${column.name}\` that is ${column.type}`, value)
  }
  const before = change.before && decode(change.before)
  const after = change.after && decode(change.after)
  const name = tables.find((table) => table.name === change.table)!.key
  const value = (after ?? before)?.[name]
  const key = change.key ? decode(change.key) : value === undefined ? undefined : { [name]: value }
  return { ...change, ...(before && { before }), ...(after && { after }), ...(key && { key }) }
}
