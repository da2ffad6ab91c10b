import type { Column } from '../tables/column.js'
import { expectKnown } from '../tables/expect-known.js'
import { keyNames } from '../tables/keys/key-column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import { type CapturedChange, type CapturedRow, withoutUndefined } from './captured-change.js'
import { decodeRow } from './decode-row.js'
import { EventFields, eventError } from './event-fields.js'
import { type EventFormat, type FeedFormat, type ReadContext, TOMBSTONE } from './feed-format.js'
import {
  type AsyncEventInput,
  collectEvents,
  isAsyncInput,
  type EventInput,
  type IndexedEvent,
  parseEvents,
} from './parse-events.js'
import { expectFormat } from './render-events.js'
import { canalFormat } from './formats/canal.js'
import { changesFormat } from './formats/changes.js'
import { debeziumFormat } from './formats/read-debezium.js'
import { flatRowsFormat } from './formats/read-flat-rows.js'
import { flinkFormat } from './formats/flink.js'
import { flinkJsonFormat } from './formats/read-flink-json.js'
import { maxwellFormat } from './formats/maxwell.js'
import { pgoutputFormat } from './formats/read-pgoutput.js'
import { testDecodingFormat } from './formats/read-test-decoding.js'
import { ticdcFormat } from './formats/read-ticdc.js'
import { wal2jsonFormat } from './formats/read-wal2json.js'

/** How a feed is read. */
export interface ReadEventsOptions {
  /** @default by the shape of the first event that is a change */
  readonly format?: EventFormat
  /** Definitions of tables in the feed: their keys are known then, and their values are brought to what `pg` returns. */
  readonly tables?: readonly TableDefinition[]
  /** The table of events that name none: flat rows of Debezium, events of a Flink sink. @default the only one of `tables` */
  readonly table?: string
}

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ format: true, tables: true, table: true } satisfies Record<
  keyof ReadEventsOptions,
  true
>)

/**
 * Reads a captured feed: events as Debezium, Maxwell, Canal, TiCDC, Flink, wal2json, test_decoding and pgoutput make them,
 * and those of `renderEvents`; as objects, as their JSON in texts or bytes, as messages of a Kafka client, or as the text
 * of all of them. The changes are in the order of the events. What is no change of a row is left out: tombstones,
 * heartbeats, transaction markers, schema changes. What comes asynchronously is awaited first.
 *
 * @throws OptionsError that names the first event that does not fit, as `events[0]`, and what was expected
 */
export function readEvents(events: EventInput, options?: ReadEventsOptions): CapturedChange[]
export function readEvents(events: AsyncEventInput, options?: ReadEventsOptions): Promise<CapturedChange[]>
export function readEvents(
  events: EventInput | AsyncEventInput,
  options: ReadEventsOptions = {},
): CapturedChange[] | Promise<CapturedChange[]> {
  expectKnown(options, OPTION_NAMES, '`readEvents()`')
  if (isAsyncInput(events)) return collectEvents(events).then((collected) => readFeed(collected, options))
  return readFeed(events, options)
}

/** @param accepts whether a change is wanted; the values of others are not looked at, since they can be of other types */
export function readFeed(
  events: EventInput,
  options: ReadEventsOptions = {},
  accepts: (change: CapturedChange) => boolean = () => true,
): CapturedChange[] {
  const { format: name, tables = [], table } = options
  if (name !== undefined) expectFormat(name)
  const context: ReadContext = { tables, table }
  const candidates = feedFormats.filter(({ names }) => name === undefined || names.includes(name))
  const parsed = parseEvents(events)
  const first = parsed.find(({ event }) => event !== null && !isSilent(event))
  // Tombstones alone mean something where they are said to be of a table.
  const only = table === undefined ? undefined : candidates.find(({ takesTombstones }) => takesTombstones)
  const format = first ? detect(first, candidates, context) : only
  if (!format) return []
  const fields = parsed.flatMap((each) => {
    const { index, event } = each
    const isWanted = event === null ? format.takesTombstones : !isSilent(event, format.takesSilent && format)
    return isWanted ? [new EventFields(index, event ?? TOMBSTONE, format.description, each)] : []
  })
  const columns = new Map(tables.map((each) => [each.name, new Map(each.columns.map((c) => [c.name, c]))]))
  const changes = format
    .read(fields, context)
    .map(withoutUndefined)
    .filter((change) => accepts(change))
  return changes.map((change) => complete(change, tables, columns.get(change.table)))
}

/** With a given format, an event of none of its shapes is left to its reader, which says what is wrong. */
function detect({ index, event }: IndexedEvent, candidates: readonly FeedFormat[], context: ReadContext): FeedFormat {
  const format = candidates.find((each) => event && each.fits(event, context))
  if (format) return format
  if (candidates.length < feedFormats.length && candidates[0]) return candidates[0]
  const known = feedFormats.map(({ description }) => description).join(', ')
  throw eventError(index, `one of these: ${known}`, event)
}

function isSilent(event: NonNullable<IndexedEvent['event']>, besides?: FeedFormat): boolean {
  return feedFormats.some((format) => format !== besides && format.isSilent(event))
}

function complete(
  change: CapturedChange,
  tables: readonly TableDefinition[],
  columns: ReadonlyMap<string, Column> | undefined,
): CapturedChange {
  if (!columns) return change
  const refuse = (column: Column, value: unknown): never => {
    throw eventError(change.event, `an event with a \`${column.name}\` that is ${column.type}`, value)
  }
  const decode = (row: CapturedRow): CapturedRow => decodeRow(columns, row, refuse)
  const before = change.before && decode(change.before)
  const after = change.after && decode(change.after)
  const row = after ?? before ?? {}
  const names = keyNames(tables.find((table) => table.name === change.table)!)
  const isKeyed = names.every((name) => row[name] !== undefined)
  const found = isKeyed ? Object.fromEntries(names.map((name) => [name, row[name]!])) : undefined
  const key = change.key ? decode(change.key) : found
  return withoutUndefined({ ...change, before, after, key })
}

/** All formats that are read. Flat rows come last: they can look like anything. */
const feedFormats: readonly FeedFormat[] = [
  changesFormat,
  flinkFormat,
  debeziumFormat,
  canalFormat,
  maxwellFormat,
  ticdcFormat,
  wal2jsonFormat,
  testDecodingFormat,
  pgoutputFormat,
  flinkJsonFormat,
  flatRowsFormat,
]
