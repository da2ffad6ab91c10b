import { keyNames } from '../../tables/keys/key-column.js'
import { definitionOf, type EventContext } from '../event-context.js'
import { type JsonRow, type JsonValue, namedColumns } from '../event-fields.js'
import type { EventFormat } from '../feed-format.js'
import { type EventOf, renderEvents } from '../render-events.js'
import type { EventRecord } from './event-record.js'
import { isDebezium, type ResolvedRecords } from './record-options.js'
import { topicOf } from './topic-names.js'

/** What the key of an event's record is made of. */
interface Keyed {
  readonly table: string
  readonly row: JsonRow
  readonly isDelete: boolean
}

const keyedRows: { readonly [F in EventFormat]: (event: EventOf<F>) => Keyed | undefined } = {
  changes: ({ table, key, kind }) => ({ table, row: key, isDelete: kind === 'delete' }),
  'debezium-mysql': debeziumRow,
  'debezium-postgres': debeziumRow,
  maxwell: ({ table, data, type }) => ({ table, row: data, isDelete: type === 'delete' }),
  // A message has many rows, and so no key: without `canal.mq.partitionHash` all go to one partition.
  canal: () => undefined,
  flink: ({ table, row, op }) => ({ table, row, isDelete: op === '-D' }),
}

function debeziumRow(event: EventOf<'debezium-mysql' | 'debezium-postgres'>): Keyed {
  return { table: event.source.table, row: event.after ?? event.before ?? {}, isDelete: event.op === 'd' }
}

/** The changes of a commit as records, each DELETE with its tombstone behind it where that is wanted. */
export function changeRecords(format: EventFormat, context: EventContext, options: ResolvedRecords): EventRecord[] {
  return toRecords(format, context, options, renderEvents(format, context))
}

/** @param shown what is written of an event. @default all of it */
export function toRecords<F extends EventFormat>(
  format: F,
  context: EventContext,
  options: ResolvedRecords,
  events: readonly EventOf<F>[],
  shown: (event: EventOf<F>, index: number) => object = (event) => event,
): EventRecord[] {
  const keyed = keyedRows[format]
  const hasTombstones = options.extras.includes('tombstones')
  return events.flatMap((event, index) => {
    const found = keyed(event)
    const record = recordOf(format, context, options, found, shown(event, index))
    return found?.isDelete && hasTombstones ? [record, { ...record, value: null }] : [record]
  })
}

function recordOf(
  format: EventFormat,
  context: EventContext,
  { topic }: ResolvedRecords,
  keyed: Keyed | undefined,
  event: object,
): EventRecord {
  const common = { value: JSON.stringify(event), headers: {}, timestamp: Math.floor(context.at) }
  if (!keyed) return { topic: topic ?? topicOf(format, context, ''), key: null, ...common, partition: 0 }
  const own = topicOf(format, context, keyed.table)
  const key = keyOf(format, context, keyed, topic !== undefined && topic !== own ? own : undefined)
  return { topic: topic ?? own, key: JSON.stringify(key), ...common }
}

/** @param own the topic of the table alone, where the record goes to one of several tables */
function keyOf(
  format: EventFormat,
  context: EventContext,
  { table, row }: Keyed,
  own: string | undefined,
): Record<string, JsonValue> {
  const columns = namedColumns(row, keyNames(definitionOf(context, table))) ?? {}
  if (format === 'maxwell') {
    const named = Object.entries(columns).map(([name, value]) => [`pk.${name}`, value] as const)
    return { database: context.database, table, ...Object.fromEntries(named) }
  }
  // As the routing of topics adds it, so that rows of two tables never have the same key.
  return isDebezium(format) && own !== undefined ? { ...columns, __dbz__physicalTableIdentifier: own } : { ...columns }
}
