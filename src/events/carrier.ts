import { isObject, type JsonObject } from './event-fields.js'

/** What a client handed over, taken out of what it came in. */
export interface Carried {
  /** A text, bytes, an object, or null for a tombstone. */
  readonly content: unknown
  /** What came beside it, where it was a Kafka message. */
  readonly message?: { readonly key: unknown; readonly headers?: JsonObject | undefined }
}

/** The fields of messages in kafkajs, in the clients of librdkafka, and in what `kcat -J` prints. */
const MESSAGE_FIELDS =
  /^(?:key|value|payload|headers|topic|partition|offset|timestamp|timestampType|attributes|size|magicByte|isControlRecord|batchContext|opaque|leaderEpoch|err|tstype|ts|broker)$/

/** Takes an event out of the message of a Kafka client, or the row or the pair that came from a replication slot. */
export function carriedBy(item: unknown): Carried {
  if (!isObject(item) || isBytes(item)) return { content: item }
  const { message, lsn, log, data } = item
  if (isObject(message) && 'topic' in item) return carriedBy(message)
  if (lsn !== undefined && log !== undefined) return { content: log }
  if (lsn !== undefined && hasOnly(item, /^(?:lsn|xid|data)$/) && (typeof data === 'string' || isBytes(data))) {
    return { content: data }
  }
  if (!isMessage(item)) return { content: item }
  const { value = item['payload'], key, headers } = item
  const content = isBytes(value) && value.length === 0 ? null : value
  return {
    content: content === '' ? null : content,
    message: { key, headers: isObject(headers) ? headers : undefined },
  }
}

/** A row can have columns `key` and `value`, too; those of a message are no plain values. */
function isMessage(item: JsonObject): boolean {
  if (!hasOnly(item, MESSAGE_FIELDS)) return false
  const value: unknown = 'value' in item ? item['value'] : item['payload']
  const isContent =
    value === null || isBytes(value) || isObject(value) || (typeof value === 'string' && /^\s*[[{]|^$/.test(value))
  return isContent && ('key' in item || 'offset' in item || 'headers' in item)
}

function hasOnly(item: JsonObject, names: RegExp): boolean {
  return Object.keys(item).every((name) => names.test(name))
}

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}
