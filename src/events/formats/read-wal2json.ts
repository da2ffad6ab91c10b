import { type ReadChange, namedKinds } from '../captured-change.js'
import {
  EventFields,
  isObject,
  type JsonObject,
  type JsonValue,
  namedColumns,
  onlyText,
  textOf,
  textsOf,
} from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { TransactionBracket, transactionName } from '../transaction-bracket.js'

const actions: Readonly<Record<string, string>> = { I: 'insert', U: 'update', D: 'delete' }

/** What comes beside changes: messages, TRUNCATEs, and in version 2 the begin and the end of a transaction. */
const SILENT = /^(?:message|truncate|B|C|M|T)$/

/** wal2json: version 1 has an event for each transaction, version 2 one for each change. */
export const wal2jsonFormat: FeedFormat = {
  names: [],
  description: 'an event of wal2json',
  fits: (event) => isVersion1(event) || isVersion2(event),
  isSilent: (event) =>
    (isVersion1(event) && listOf(event['change']).every((change) => isObject(change) && isOther(change['kind']))) ||
    (isVersion2(event) && isOther(event['action'])),
  takesSilent: true,
  read: (events) => {
    const bracket = new TransactionBracket()
    for (const event of events) {
      if (isVersion1(event.object)) readTransaction(event, bracket)
      else readTuple(event, bracket)
    }
    return bracket.changes
  },
}

function isVersion1({ change }: JsonObject): boolean {
  return Array.isArray(change)
}

/** The fields of what comes beside changes: a row can have a column `action`, too. */
const MARKER = /^(?:action|xid|timestamp|lsn|nextlsn|origin|schema|table|transactional|prefix|content)$/

function isVersion2(event: JsonObject): boolean {
  const { action, columns, identity } = event
  if (typeof action !== 'string') return false
  if (/^[IUD]$/.test(action)) return Array.isArray(columns) || Array.isArray(identity)
  return /^[BCMT]$/.test(action) && Object.keys(event).every((name) => MARKER.test(name))
}

function readTransaction(event: EventFields, bracket: TransactionBracket): void {
  bracket.begin(transactionName(event.object['xid']) ?? transactionName(event.object['nextlsn']))
  for (const object of event.rows('change')) {
    const change = new EventFields(event.index, object, 'an event of wal2json')
    const kind = change.text('kind')
    if (isOther(kind)) continue
    const old = change.optionalRow('oldkeys') ?? {}
    const before = zip(textsOf(old['keynames']), listOf(old['keyvalues']), listOf(old['keytypes']))
    const after = zip(textsOf(object['columnnames']), listOf(object['columnvalues']), listOf(object['columntypes']))
    const { pk } = object
    bracket.add(toChange(change, kind, before, after, isObject(pk) ? textsOf(pk['pknames']) : []))
  }
  bracket.commit()
}

function readTuple(event: EventFields, bracket: TransactionBracket): void {
  const action = event.text('action')
  const { xid, pk } = event.object
  const transaction = transactionName(xid)
  if (action === 'B') return bracket.begin(transaction)
  if (action === 'C') return bracket.commit()
  if (isOther(action)) return
  const [before, after] = [tupleOf(event, 'identity'), tupleOf(event, 'columns')]
  const names = listOf(pk).map((column) => (isObject(column) ? textOf(column['name']) : ''))
  bracket.add({ ...toChange(event, actions[action] ?? action, before, after, names), transaction })
}

function toChange(
  event: EventFields,
  type: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  keyNames: readonly string[],
): ReadChange {
  const kind = namedKinds.get(type) ?? event.fail('of an INSERT, an UPDATE or a DELETE', type)
  if (kind !== 'delete' && !after) event.fail('with columns', event.object)
  const row = after ?? before ?? {}
  const ownKeyNames = keyNames.filter((name) => name in row)
  return {
    kind,
    table: event.text('table'),
    schema: onlyText(event.object['schema']),
    key: namedColumns(row, ownKeyNames),
    before,
    after: kind === 'delete' ? undefined : after,
    event: event.index,
  }
}

function tupleOf(event: EventFields, name: string): JsonObject | undefined {
  if (!event.has(name)) return undefined
  return Object.fromEntries(event.rows(name).map(({ name: own, value, type }) => [textOf(own), valueOf(value, type)]))
}

/** Bytes are written without the `\x` in front of their digits. */
function valueOf(value: JsonValue | undefined, type: JsonValue | undefined): JsonValue {
  return type === 'bytea' && typeof value === 'string' ? `\\x${value}` : (value ?? null)
}

function zip(
  names: readonly string[],
  values: readonly JsonValue[],
  types: readonly JsonValue[],
): JsonObject | undefined {
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name, index) => [name, valueOf(values[index], types[index])]))
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function isOther(type: JsonValue | undefined): boolean {
  return typeof type === 'string' && SILENT.test(type)
}
