import { loadDriver } from '../database/load-driver.js'
import { within } from '../database/within.js'
import { OptionsError, WriteError } from '../errors.js'
import type { EventProducer, EventRecord } from '../events/records/event-record.js'
import { isTopicMissing, isUnauthorized, wordsOf } from './kafka-errors.js'

/** What is used of the client, https://github.com/platformatic/kafka/blob/main/docs/producer.md; it need not be installed for what is compiled. */
interface Kafka {
  readonly Producer: new (options: object) => Client
}

interface Client {
  metadata(options: { readonly topics: readonly string[]; readonly autocreateTopics: boolean }): Promise<unknown>
  send(options: { readonly messages: readonly object[]; readonly autocreateTopics: boolean }): Promise<unknown>
  close(force: boolean): Promise<void>
}

export interface KafkaOptions {
  /** Such as `localhost:9092`. */
  readonly brokers: readonly string[]
  /** Topics that have to be there from the beginning. */
  readonly topics?: readonly string[]
  /** For how many milliseconds a broker that is away is tried again. @default 60000 */
  readonly retryFor?: number
}

const PACKAGE = '@platformatic/kafka'
const CLIENT = 'vitest-cloudberry-cdc'
/** A broker that does not answer an attempt for so long is asked again. */
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
  const { Producer } = (await loadDriver(PACKAGE, 'Kafka', () => import(PACKAGE))) as Kafka
  const name = `Kafka at ${options.brokers.join(',')}`
  const common = { clientId: CLIENT, bootstrapBrokers: options.brokers, timeout: ATTEMPT, connectTimeout: ATTEMPT }
  await expectTopics(new Producer({ ...common, retries: 3, retryDelay: AGAIN_AFTER }), name, options.topics ?? [])
  return new KafkaProducer((retryDelay) => new Producer({ ...common, idempotent: true, retryDelay }), name, options)
}

async function expectTopics(client: Client, name: string, topics: readonly string[]): Promise<void> {
  const late = new Error(`no answer for ${2 * ATTEMPT} ms`)
  try {
    // A broker that makes topics by itself makes them now.
    await within(client.metadata({ topics, autocreateTopics: true }), { timeout: 2 * ATTEMPT, late })
  } catch (cause) {
    const expected = isTopicMissing(cause) || isUnauthorized(cause) ? `the topic \`${topics.join(',')}\` in` : ''
    const todo = isTopicMissing(cause) ? 'Create it, or set' : 'Set'
    throw new OptionsError(
      `Expected ${expected} ${name}${expected && ' '}, got: ${wordsOf(cause)}. ${todo} --events or CDC_EVENTS.`,
      { cause },
    )
  } finally {
    await client.close(true)
  }
}

class KafkaProducer implements EventProducer {
  readonly name: string
  readonly #client: Client
  readonly #patience: number
  #waiting: EventRecord[] = []
  #bytes = 0
  #sending: Promise<void> | undefined
  #failure: unknown
  #trouble: unknown

  constructor(
    open: (retryDelay: (...given: readonly unknown[]) => number) => Client,
    name: string,
    options: KafkaOptions,
  ) {
    this.name = name
    this.#patience = Math.max(options.retryFor ?? 60_000, ATTEMPT)
    this.#client = open((...given) => {
      this.#trouble = given.at(-1)
      return AGAIN_AFTER
    })
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
    await this.#client.close(true)
  }

  /** One request at a time: what comes meanwhile goes with the next one. */
  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#request(this.#take())
    } catch (error) {
      this.#failure = error
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
    this.#trouble = undefined
    const late = new Error('no answer')
    const messages = records.map((record) => toMessage(record))
    try {
      await within(this.#client.send({ messages, autocreateTopics: true }), { timeout: this.#patience, late })
    } catch (cause) {
      const got = cause === late ? `${wordsOf(this.#trouble ?? late)} for ${this.#patience} ms` : wordsOf(cause)
      throw new WriteError(`Expected ${this.name} to take the change events, got: ${got}. The stream was ended.`, {
        cause,
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
