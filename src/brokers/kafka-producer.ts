import { loadDriver } from '../database/load-driver.js'
import { within } from '../database/within.js'
import { OptionsError, WriteError } from '../errors.js'
import type { EventProducer, EventRecord } from '../events/records/event-record.js'
import { isRefused, wordsOf } from './kafka-errors.js'

/** What is used of the client, https://github.com/platformatic/kafka/blob/main/docs/producer.md; it need not be installed for what is compiled. */
interface Kafka {
  readonly Producer: new (options: object) => Client
  readonly compatibilityPartitioner: unknown
}

interface Client {
  metadata(options: object): Promise<unknown>
  send(options: object): Promise<unknown>
  close(force: boolean): Promise<void>
}

export interface KafkaOptions {
  /** Such as `localhost:9092`. */
  readonly brokers: readonly string[]
  /** Topics that have to be there from the beginning. @default each is looked for when it gets its first record */
  readonly topics?: readonly string[]
  /** For how many milliseconds a broker that is away is tried again, 5000 at least. @default 60000 */
  readonly retryFor?: number
}

const PACKAGE = '@platformatic/kafka'
/** A broker that does not let us in for so long is asked again. */
const ATTEMPT = 5000
const AGAIN_AFTER = 200
/** Brokers take a batch of 1 MB (`message.max.bytes`). */
const MOST_BYTES = 500_000
/** So much waits here at most, and then who sends. */
const MOST_WAITING = 4 * MOST_BYTES

/**
 * A producer for Kafka. It is idempotent: what is sent again because its answer was lost is written once.
 *
 * @throws OptionsError when the client is not installed, no broker answers, or a topic is not there or not ours to see
 */
export async function openKafkaProducer(options: KafkaOptions): Promise<EventProducer> {
  const kafka = (await loadDriver(PACKAGE, 'Kafka', () => import(PACKAGE))) as Kafka
  const producer = new KafkaProducer(kafka, options)
  try {
    await producer.look(options.topics ?? [])
    return producer
  } catch (error) {
    await producer.close()
    throw error
  }
}

class KafkaProducer implements EventProducer {
  readonly name: string
  readonly #patience: number
  /** Writes, and tries again until it is closed. */
  readonly #writer: Client
  /** Looks for topics, and tries three times: the writer would wait for one that nobody makes. */
  readonly #looker: Client
  readonly #topics = new Set<string>()
  #waiting: EventRecord[] = []
  #bytes = 0
  #sending: Promise<void> | undefined
  #failure: Error | undefined
  /** What went wrong with the attempt before. */
  #trouble: unknown

  constructor({ Producer, compatibilityPartitioner }: Kafka, { brokers, retryFor = 60_000 }: KafkaOptions) {
    this.name = `Kafka at ${brokers.join(',')}`
    this.#patience = Math.max(retryFor, ATTEMPT)
    const common = {
      clientId: 'vitest-cloudberry-cdc',
      bootstrapBrokers: brokers,
      timeout: ATTEMPT,
      connectTimeout: ATTEMPT,
      // A broker that makes topics by itself does so.
      autocreateTopics: true,
    }
    this.#looker = new Producer({ ...common, retries: 3, retryDelay: AGAIN_AFTER })
    const retryDelay = (...given: readonly unknown[]): number => {
      this.#trouble = given.at(-1)
      return AGAIN_AFTER
    }
    this.#writer = new Producer({
      ...common,
      idempotent: true,
      retryDelay,
      // It would not send again what got no answer on a connection that is still there.
      requestTimeout: this.#patience,
      // Its own sends a key to another partition than Java's clients do.
      partitioner: compatibilityPartitioner,
    })
  }

  /** @throws OptionsError when no broker answers, or a topic is not there or not ours to see */
  async look(topics: readonly string[]): Promise<void> {
    const late = new Error(`no answer for ${2 * ATTEMPT} ms`)
    await within(this.#looker.metadata({ topics }), { timeout: 2 * ATTEMPT, late }).catch((cause: Error) => {
      const what = isRefused(cause) ? `the topic ${topics.map((topic) => `\`${topic}\``).join(', ')} in ` : ''
      const todo = isRefused(cause) ? 'Create it, allow it to be written, or set' : 'Set'
      throw new OptionsError(`Expected ${what}${this.name}, got: ${wordsOf(cause)}. ${todo} --events or CDC_EVENTS.`, {
        cause,
      })
    })
    for (const topic of topics) this.#topics.add(topic)
  }

  async send(records: readonly EventRecord[]): Promise<void> {
    this.#rethrow()
    for (const record of records) this.#bytes += sizeOf(record)
    this.#waiting.push(...records)
    // With nothing to send it would be through before it is noted here.
    if (this.#waiting.length > 0) this.#sending ??= this.#drain()
    if (this.#bytes > MOST_WAITING) await this.flush()
  }

  async flush(): Promise<void> {
    await this.#sending
    this.#rethrow()
  }

  async close(): Promise<void> {
    await Promise.all([this.#looker.close(true), this.#writer.close(true)])
  }

  /** One request at a time: what comes meanwhile goes with the next one. */
  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#request(this.#take())
    } catch (error) {
      this.#failure = error as Error
    } finally {
      this.#sending = undefined
    }
  }

  #take(): EventRecord[] {
    let [count, bytes] = [0, 0]
    while (count < this.#waiting.length && (count === 0 || bytes < MOST_BYTES)) bytes += sizeOf(this.#waiting[count++]!)
    this.#bytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #request(records: readonly EventRecord[]): Promise<void> {
    const late = new Error('no answer')
    this.#trouble = late
    await this.#lookForNew(records)
    try {
      const messages = records.map((record) => toMessage(record))
      await within(this.#writer.send({ messages }), { timeout: this.#patience, late })
    } catch (cause) {
      const got = cause === late ? `${wordsOf(this.#trouble)} for ${this.#patience} ms` : wordsOf(cause)
      const message = `Expected ${this.name} to take the change events, got: ${got}. The stream was ended.`
      if (!isRefused(cause)) throw new WriteError(message, { cause })
      throw new OptionsError(`${message} Set --events or CDC_EVENTS.`, { cause })
    }
  }

  async #lookForNew(records: readonly EventRecord[]): Promise<void> {
    const found = new Set(records.map(({ topic }) => topic).filter((topic) => !this.#topics.has(topic)))
    for (const topic of found) {
      await this.look([topic]).catch((error: Error) => {
        // A broker that is away may come back, for which the writer waits.
        if (isRefused(error.cause)) throw error
      })
    }
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}

function sizeOf({ key, value }: EventRecord): number {
  return (key === null ? 0 : Buffer.byteLength(key)) + (value === null ? 0 : Buffer.byteLength(value))
}

function toMessage({ topic, key, value, headers, partition, timestamp }: EventRecord): object {
  const bytes = (text: string): Buffer => Buffer.from(text)
  return {
    topic,
    ...(key !== null && { key: bytes(key) }),
    ...(value !== null && { value: bytes(value) }),
    headers: new Map(Object.entries(headers).map(([name, text]) => [bytes(name), bytes(text)])),
    ...(partition !== undefined && { partition }),
    timestamp: BigInt(timestamp),
  }
}
