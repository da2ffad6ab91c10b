import { type ReadChange, operationKinds } from '../captured-change.js'
import { isBytes } from '../carrier.js'
import { scalesOf, withDecimals, withScales } from './debezium-decimals.js'
import { type KeyedChange, toldColumns, withoutPlaceholders } from './debezium-rows.js'
import { type EventFields, type JsonObject, textOf } from '../event-fields.js'
import { type FeedFormat, impliedTable, knownTable, type ReadContext, tableOf, TOMBSTONE } from '../feed-format.js'
import { keyNames } from '../../tables/keys/key-column.js'
import { keyOfMessage } from './read-debezium.js'
import { transactionName } from '../transaction-bracket.js'

/**
 * Rows as Debezium's `ExtractNewRecordState` leaves them over from its envelopes, with or without the fields that it
 * adds. A tombstone is the DELETE of its key there, unless a row said so already.
 */
export const flatRowsFormat: FeedFormat = {
  names: ['debezium-mysql', 'debezium-postgres'],
  description: 'a flat row of Debezium',
  fits: (event, context) => {
    if (['__op', '__deleted', '__table'].some((name) => name in event)) return true
    const table = impliedTable(context)
    const known = knownTable(context, table)
    return table !== undefined && (known === undefined || keyNames(known).every((name) => name in event))
  },
  isSilent: () => false,
  takesTombstones: true,
  read: (events, context) => {
    const reader = new FlatRows(context)
    const changes = events.flatMap((event) => reader.read(event) ?? [])
    return withDecimals(withoutPlaceholders(changes, context), context)
  },
}

class FlatRows {
  readonly #context: ReadContext
  readonly #there = new Map<string, boolean>()
  /** The table of the row before: tombstones do not name theirs. */
  #table: string | undefined

  constructor(context: ReadContext) {
    this.#context = context
  }

  read(event: EventFields): KeyedChange | undefined {
    const key = keyOfMessage(event)
    if (event.object === TOMBSTONE) return key && this.#readTombstone(event, key)
    const table = tableOf(event, metaOf(event, 'table'), this.#context)
    const row = columnsOf(event, knownTable(this.#context, table)?.columns.map(({ name }) => name) ?? [])
    const op = metaOf(event, 'op')
    const isDeleted = op === 'd' || textOf(event.object['__deleted']) === 'true'
    const place = this.#placeOf(table, key ?? row)
    const kind = isDeleted
      ? 'delete'
      : op === undefined
        ? this.#there.get(place)
          ? 'update'
          : 'insert'
        : operationKinds.get(op)
    if (kind === undefined) event.fail('with `__op` c, u, d or r', op)
    this.#there.set(place, !isDeleted)
    this.#table = table
    const change: ReadChange = {
      kind,
      table,
      ...namesOf(event),
      key,
      ...(isDeleted ? { before: row } : { after: row }),
      upsert: op === undefined && !isDeleted ? true : undefined,
      event: event.index,
    }
    return { change, whole: ['mysql', 'mariadb'].includes(metaOf(event, 'connector') ?? '') }
  }

  #readTombstone(event: EventFields, key: JsonObject): KeyedChange | undefined {
    const table = metaOf(event, 'table') ?? impliedTable(this.#context) ?? this.#table
    if (table === undefined) event.fail('that names its table, or the option `table` to name it', key)
    const place = this.#placeOf(table, key)
    if (this.#there.get(place) === false) return undefined
    this.#there.set(place, false)
    return { change: { kind: 'delete', table, key, event: event.index }, whole: false }
  }

  #placeOf(table: string, row: JsonObject): string {
    const known = knownTable(this.#context, table)
    const names = known ? keyNames(known) : []
    const isKeyed = names.length > 0 && names.every((name) => name in row)
    return JSON.stringify([table, isKeyed ? names.map((name) => textOf(row[name])) : row])
  }
}

function columnsOf(event: EventFields, known: readonly string[]): JsonObject {
  const row = withScales(event.object, scalesOf(event.beside.schema))
  return toldColumns(
    Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('__') || known.includes(name))),
  )
}

function namesOf(event: EventFields): Pick<ReadChange, 'database' | 'schema' | 'transaction'> {
  return {
    database: metaOf(event, 'db'),
    schema: metaOf(event, 'schema'),
    transaction: metaOf(event, 'txId') ?? metaOf(event, 'gtid') ?? metaOf(event, 'transaction_id'),
  }
}

/** A field that was added to the row, or to the headers of its message. */
function metaOf({ object, beside }: EventFields, name: string): string | undefined {
  for (const field of [`__${name}`, `__source_${name}`]) {
    const value = object[field] ?? headerText(beside.headers?.[field])
    const text = transactionName(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** A header is bytes or a text; a JSON converter puts it in quotation marks, or beside its schema. */
function headerText(value: unknown): string | undefined {
  const text = isBytes(value) ? new TextDecoder().decode(value) : value
  if (typeof text !== 'string') return undefined
  return (/^\{.*"payload":"([^"]*)"/s.exec(text) ?? /^"(.*)"$/s.exec(text))?.[1] ?? text
}
