import { eventError, isObject } from './event-fields.js'
import type { JsonObject } from './json-value.js'

/** Events as they come from a sink: objects, their JSON, or NDJSON. */
export type EventInput = string | Iterable<string | object | null>

/** An event and which one it is, from 0 on. A tombstone is null. */
export interface IndexedEvent {
  readonly index: number
  readonly event: JsonObject | null
}

/** @throws OptionsError that names the first event that is neither an object nor its JSON */
export function parseEvents(events: EventInput): IndexedEvent[] {
  const items = typeof events === 'string' ? events.split('\n').filter((line) => line.trim() !== '') : [...events]
  return items.map((item, index) => ({ index, event: parseEvent(item, index) }))
}

function parseEvent(item: string | object | null, index: number): JsonObject | null {
  const event = typeof item === 'string' ? parseJson(item, index) : item
  if (event === null || isObject(event)) return event
  throw eventError(index, 'an object, or JSON of one', event)
}

function parseJson(text: string, index: number): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw eventError(index, 'an object, or JSON of one', text)
  }
}
