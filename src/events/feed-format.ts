import type { TableDefinition } from '../tables/table-definition.js'
import type { ReadChange } from './captured-change.js'
import type { EventFields, JsonObject } from './event-fields.js'

/** A format of feeds, as far as it is read. Those of `read-events.ts` are tried in their order. */
export interface FeedFormat {
  /** The names of the option `format` that stand for it, too. */
  readonly names: readonly EventFormat[]
  /** What one of its events is, for messages. */
  readonly description: string
  fits(event: JsonObject, context: ReadContext): boolean
  /** Whether an event is of this format, or comes beside it, and is no change of a row. */
  isSilent(event: JsonObject): boolean
  /** Whether `read` wants its silent events, too: they say where a transaction begins and ends. */
  readonly takesSilent?: true
  /** Whether `read` wants tombstones, too: they are DELETEs where nothing else is. */
  readonly takesTombstones?: true
  /**
   * The changes of the events, in their order.
   *
   * @throws OptionsError that names the first event that does not fit
   */
  read(events: readonly EventFields[], context: ReadContext): ReadChange[]
}

export interface ReadContext {
  readonly tables: readonly TableDefinition[]
  /** The table of events that name none. */
  readonly table?: string | undefined
}

export const TOMBSTONE: JsonObject = {}

export function knownTable({ tables }: ReadContext, name: string | undefined): TableDefinition | undefined {
  return tables.find((table) => table.name === name)
}

/** The table of an event that names none: that of the option `table`, or the only one that is known. */
export function impliedTable({ tables, table }: ReadContext): string | undefined {
  return table ?? (tables.length === 1 ? tables[0]?.name : undefined)
}

export function tableOf(event: EventFields, named: unknown, context: ReadContext): string {
  const table = typeof named === 'string' && named !== '' ? named : impliedTable(context)
  return table ?? event.fail('that names its table, or the option `table` to name it', event.object)
}

/** The formats of change events, by name. */
export const eventFormats = ['changes', 'debezium-mysql', 'debezium-postgres', 'maxwell', 'canal', 'flink'] as const

export type EventFormat = (typeof eventFormats)[number]
