import { type ReadChange, operationKinds } from '../captured-change.js'
import { fieldsOf, scalesOf, schemaOf, withDecimals, withScales } from './debezium-decimals.js'
import { withUnits } from './debezium-times.js'
import { RENDERER } from './debezium.js'
import { type KeyedChange, toldColumns, withoutPlaceholders } from './debezium-rows.js'
import { type EventFields, isObject, type JsonObject, onlyText, type JsonValue } from '../event-fields.js'
import { type FeedFormat, type ReadContext, tableOf } from '../feed-format.js'
import { transactionName } from '../transaction-bracket.js'

/** Debezium's envelopes, of any connector, also as CloudEvents. */
export const debeziumFormat: FeedFormat = {
  names: ['debezium-mysql', 'debezium-postgres'],
  description: 'a Debezium change event',
  fits: (event) => isEnvelope(cloudEventEnvelope(event)?.envelope ?? event),
  isSilent: (event) => tellsNothing(cloudEventEnvelope(event)?.envelope ?? event),
  read: (events, context) => {
    const changes = events.map((event) => readEnvelope(event, context))
    return withDecimals(withoutPlaceholders(changes, context), context)
  },
}

function isEnvelope({ op, source }: JsonObject): boolean {
  return typeof op === 'string' && source !== undefined
}

/** A heartbeat, a marker of a transaction, a schema change, a notification, a TRUNCATE, a logical decoding message. */
function tellsNothing(event: JsonObject): boolean {
  const { op, source, status, id, tableChanges, ddl, aggregate_type: aggregate, type } = event
  if (isEnvelope(event)) return op === 't' || op === 'm'
  const names = Object.keys(event)
  if (names.length > 0 && names.every((name) => /^ts_(?:ms|us|ns)$/.test(name))) return true
  if (status === 'BEGIN' || status === 'END') {
    return (
      typeof id === 'string' && names.every((name) => /^(?:status|id|ts_\w+|event_count|data_collections)$/.test(name))
    )
  }
  if (isObject(source) && (Array.isArray(tableChanges) || typeof ddl === 'string')) return true
  return typeof aggregate === 'string' && typeof type === 'string' && 'additional_data' in event
}

function readEnvelope(outer: EventFields, context: ReadContext): KeyedChange {
  const cloud = cloudEventEnvelope(outer.object)
  const schema = cloud ? cloud.schema : outer.beside.schema
  const event = cloud ? outer.with(cloud.envelope) : outer
  const op = event.text('op')
  const kind = operationKinds.get(op) ?? event.fail('with `op` c, u, d, r, t or m', op)
  const rowOf = (side: 'before' | 'after'): JsonObject | undefined => {
    const row = event.optionalRow(side)
    if (!row || !schema) return row && toldColumns(row)
    const ofRow = schemaOf(schema, side)
    return toldColumns(withUnits(withScales(row, scalesOf(ofRow)), fieldsOf(ofRow)))
  }
  const [before, after] = [rowOf('before'), rowOf('after')]
  if (kind !== 'delete' && !after) event.fail('with a row `after`', event.object['after'])
  const source = event.fields('source')
  const { table, db, schema: schemaName, version, connector } = source.object
  const change: ReadChange = {
    kind,
    table: tableOf(event, table, context),
    database: onlyText(db),
    schema: onlyText(schemaName),
    rendered: version === RENDERER ? true : undefined,
    key: keyOfMessage(event),
    before,
    after,
    ...transactionOf(event, source),
    event: event.index,
  }
  return { change, whole: version === RENDERER || connector === 'mysql' || connector === 'mariadb' }
}

/** The key of a row, without what the routing of topics adds to it. */
export function keyOfMessage({ beside }: EventFields): JsonObject | undefined {
  if (!beside.key) return undefined
  const columns = Object.entries(beside.key).filter(([name]) => !name.startsWith('__dbz__'))
  return columns.length > 0 ? Object.fromEntries(columns) : undefined
}

function transactionOf(event: EventFields, source: EventFields): Pick<ReadChange, 'transaction' | 'position'> {
  if (event.has('transaction')) {
    const transaction = event.fields('transaction')
    const id = transaction.text('id')
    const position = transaction.optionalNumber('total_order')
    // PostgreSQL's ends with the LSN of the change, and so differs within a transaction.
    const name = source.object['connector'] === 'postgresql' ? id.replace(/:\d+$/, '') : id
    return { transaction: name, position }
  }
  return { transaction: transactionName(source.object['txId'] ?? source.object['gtid']) }
}

/** A Debezium envelope with its schema, as far as they are there. */
interface Envelope {
  readonly envelope: JsonObject
  readonly schema: JsonObject | undefined
}

const PREFIX = 'iodebezium'

/** Attributes of the transaction, by what follows the prefix, with their names in an envelope. */
const transactions: Readonly<Record<string, string>> = {
  txid: 'id',
  txtotalorder: 'total_order',
}

/** The envelope that an event is, or that its CloudEvent stands for; undefined where it is none of Debezium's. */
function cloudEventEnvelope(event: JsonObject): Envelope | undefined {
  const { specversion, data } = event
  if (typeof specversion !== 'string' || !isObject(data)) return undefined
  const { payload } = data
  const inner = isObject(payload) ? payload : data
  const schema = isObject(payload) && isObject(data['schema']) ? data['schema'] : undefined
  if (!('before' in inner || 'after' in inner) || 'op' in inner) return { envelope: inner, schema }
  return { envelope: { ...inner, ...attributesOf(event), op: event[`${PREFIX}op`] ?? impliedOp(inner) }, schema }
}

/** Converters can leave the attributes out. */
function impliedOp({ before, after }: JsonObject): string {
  if (!isObject(after)) return 'd'
  return isObject(before) ? 'u' : 'c'
}

function attributesOf(event: JsonObject): { source: JsonObject; transaction: JsonObject | null } {
  const source: Record<string, JsonValue> = {}
  const transaction: Record<string, JsonValue> = {}
  for (const [attribute, value] of Object.entries(event)) {
    if (!attribute.startsWith(PREFIX) || value === null) continue
    const name = attribute.slice(PREFIX.length)
    const ofTransaction = transactions[name]
    if (ofTransaction === undefined) source[name] = value
    else transaction[ofTransaction] = value
  }
  return { source, transaction: 'id' in transaction ? transaction : null }
}
