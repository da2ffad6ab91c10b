import { OptionsError } from '../errors.js'
import { type Carried, carriedBy, isBytes } from './carrier.js'
import { parseDecodedText } from './formats/read-test-decoding.js'
import { type Beside, eventError, isObject, type JsonObject } from './event-fields.js'
import { TextSplitter } from './text-splitter.js'
import { exactNumber } from '../tables/types/number-cells.js'

/** One event as a client gives it, or a piece of their text. */
export type EventItem = string | Uint8Array | object | null

/**
 * Events as they come from a sink or a consumer: objects, their JSON as text or bytes, the messages of a Kafka client,
 * what a replication slot gives; or the text of all of them: a line each, an array, or pretty-printed.
 */
export type EventInput = string | Uint8Array | Iterable<EventItem>

/** An event and which one it is, from 0 on. A tombstone is null. */
export interface IndexedEvent extends Beside {
  readonly index: number
  readonly event: JsonObject | null
}

const EXPECTED = 'an object, or JSON of one'
const ENCODED = 'It begins as the Avro or Protobuf of a schema registry does: decode it, and pass the objects.'

/** @throws OptionsError that names the first event that is neither an object nor its JSON, nor a line of test_decoding */
export function parseEvents(events: EventInput): IndexedEvent[] {
  const parser = new EventParser()
  for (const item of itemsOf(events)) parser.take(item)
  return parser.end()
}

class EventParser {
  readonly #parsed: IndexedEvent[] = []
  // Pieces of a text need not end where an event does, nor where a character does.
  readonly #splitter = new TextSplitter()
  #decoder = new TextDecoder()

  take(item: EventItem): void {
    const { content, message } = carriedBy(item)
    if (!message && isText(content)) return this.#addTexts(this.#splitter.push(this.#decode(content)))
    this.#flush()
    this.#addWhole(content, message)
  }

  end(): IndexedEvent[] {
    this.#flush()
    return this.#parsed
  }

  #decode(content: string | Uint8Array): string {
    return typeof content === 'string' ? content : this.#decoder.decode(content, { stream: true })
  }

  #flush(): void {
    this.#addTexts([...this.#splitter.push(this.#decoder.decode()), ...this.#splitter.end()])
    this.#decoder = new TextDecoder()
  }

  #addTexts(texts: readonly string[]): void {
    for (const text of texts) {
      const event = parseText(text, this.#parsed.length)
      const { content, message } = carriedBy(event)
      this.#addWhole(content, message)
    }
  }

  /** What came as one: its text ends with it. */
  #addWhole(content: unknown, message: Carried['message']): void {
    const beside = message ? { key: keyRow(message.key), headers: message.headers } : {}
    if (!isText(content)) return this.#add(content, beside)
    const splitter = new TextSplitter()
    for (const text of [...splitter.push(plainText(content)), ...splitter.end()]) {
      this.#add(parseText(text, this.#parsed.length), beside)
    }
  }

  #add(content: unknown, beside: Beside): void {
    const index = this.#parsed.length
    if (content !== null && !isObject(content)) throw eventError(index, EXPECTED, content)
    this.#parsed.push(content ? { index, ...beside, ...unwrapped(content) } : { index, ...beside, event: null })
  }
}

function itemsOf(events: EventInput): Iterable<EventItem> {
  if (isText(events)) return [events]
  if (Symbol.iterator in Object(events)) return events
  throw new OptionsError(`Expected \`events\` to be a list of events or their text, got \`${typeof events}\`.`)
}

function isText(content: unknown): content is string | Uint8Array {
  return typeof content === 'string' || isBytes(content)
}

function plainText(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content)
}

function parseText(text: string, index: number): unknown {
  if (text === 'null') return null
  const decoded = parseDecodedText(text)
  if (decoded) return decoded
  try {
    return parseExactJson(text)
  } catch {
    throw eventError(index, EXPECTED, text, text.startsWith('\0') ? ENCODED : '')
  }
}

/** The payload, where a JSON converter wrote it together with its schema. */
function unwrapped(event: JsonObject): Pick<IndexedEvent, 'event' | 'schema'> {
  const { schema, payload } = event
  if (schema === undefined || !(payload === null || isObject(payload))) return { event }
  return { event: payload, schema: isObject(schema) ? schema : undefined }
}

/** A key that is no row in JSON names no columns. */
function keyRow(key: unknown): JsonObject | undefined {
  try {
    const parsed = isText(key) ? parseExactJson(plainText(key)) : key
    return isObject(parsed) ? (unwrapped(parsed).event ?? undefined) : undefined
  } catch {
    return undefined
  }
}

/** Events that come one after the other: a consumer, or a stream of the text of a file. It has to end by itself. */
export type AsyncEventInput = AsyncIterable<EventItem>

export function isAsyncInput(events: EventInput | AsyncEventInput): events is AsyncEventInput {
  return typeof events === 'object' && events !== null && Symbol.asyncIterator in events
}

export async function collectEvents(events: AsyncEventInput): Promise<EventItem[]> {
  const items: EventItem[] = []
  for await (const item of events) items.push(item)
  return items
}

/** Where a number may stand that a double does not hold exactly. Debezium's clocks are in every event, and never read. */
const LONG = /(?<![\d.]|"ts_[un]s":)\d[\d.]{15}/

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A number that a double does not hold exactly becomes the text that stands there: keys and amounts keep their digits. */
function parseExactJson(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text) as unknown
  return JSON.parse(text.replace(TOKEN, (token) => (isInexact(token) ? `"${token}"` : token))) as unknown
}

function isInexact(token: string): boolean {
  return !token.startsWith('"') && !/e/i.test(token) && typeof exactNumber(token) === 'string'
}
