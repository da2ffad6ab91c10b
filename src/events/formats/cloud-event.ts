import { isObject } from '../event-fields.js'
import type { JsonObject, JsonValue } from '../json-value.js'

/** A Debezium envelope with its schema, as far as they are there. */
export interface Envelope {
  readonly envelope: JsonObject
  readonly schema?: JsonObject
}

const PREFIX = 'iodebezium'

/** Attributes of the transaction, by what follows the prefix, with their names in an envelope. */
const transactions: Readonly<Record<string, string>> = {
  txid: 'id',
  txtotalorder: 'total_order',
}

/** The envelope that an event is, or that its CloudEvent stands for; undefined where it is none of Debezium's. */
export function cloudEventEnvelope(event: JsonObject): Envelope | undefined {
  const { specversion, data } = event
  if (typeof specversion !== 'string' || !isObject(data)) return undefined
  const { payload } = data
  const inner = isObject(payload) ? payload : data
  const schema = isObject(payload) && isObject(data['schema']) ? { schema: data['schema'] } : {}
  if (!('before' in inner || 'after' in inner) || 'op' in inner) return { envelope: inner, ...schema }
  return { envelope: { ...inner, ...attributesOf(event), op: event[`${PREFIX}op`] ?? impliedOp(inner) }, ...schema }
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
