import type { EventInput, EventItem } from './parse-events.js'

/** Events that come one after the other: a consumer, or a stream of the text of a file. It has to end by itself. */
export type AsyncEventInput = AsyncIterable<EventItem>

export function isAsyncInput(events: EventInput | AsyncEventInput): events is AsyncEventInput {
  return typeof events === 'object' && events !== null && Symbol.asyncIterator in events
}

/** Waits for the end of the events. */
export async function collectEvents(events: AsyncEventInput): Promise<EventItem[]> {
  const items: EventItem[] = []
  for await (const item of events) items.push(item)
  return items
}
