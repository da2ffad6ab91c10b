import { parseKafkaAddress } from '../../brokers/kafka-address.js'
import { openKafkaProducer } from '../../brokers/kafka-producer.js'
import type { EventProducer } from '../../events/records/event-record.js'
import { produceRecords } from '../../events/records/produce-records.js'
import type { CdcStream, CommitWithRecords } from '../../stream/cdc-stream.js'
import type { CliHost } from '../host.js'
import type { Settings } from '../settings/settings.js'
import { openEventFile } from './event-file.js'

/** The stream may be so many commits ahead of the output; then it waits. */
const MOST_COMMITS_AHEAD = 100

export async function openFeed(stream: CdcStream, settings: Settings, host: CliHost): Promise<EventFeed | undefined> {
  const { events, format, eventExtras, eventFrom, eventDuplicates, eventShuffle, eventLate } = settings
  if (events === undefined) return undefined
  const kafka = parseKafkaAddress(events)
  // A file has what it always had, and a topic what a connector writes into it.
  const extras = eventExtras ?? (kafka ? undefined : [])
  const commits = stream.commits({
    format,
    faults: { duplicates: eventDuplicates, shuffle: eventShuffle, late: eventLate },
    records: { from: eventFrom, ...(extras && { extras }), ...(kafka?.topic !== undefined && { topic: kafka.topic }) },
    ...(kafka?.prefix !== undefined && { names: { server: kafka.prefix } }),
  })
  const producer = kafka
    ? await openKafkaProducer({ ...kafka, topics: kafka.topic === undefined ? [] : [kafka.topic] })
    : await openEventFile(host, events)
  return new EventFeed(stream, commits, producer)
}

export class EventFeed {
  readonly output: EventProducer
  readonly #stream: CdcStream
  readonly #commits: AsyncIterable<CommitWithRecords>
  #written = 0
  #events = 0
  #pausing: Promise<void> | undefined

  constructor(stream: CdcStream, commits: AsyncIterable<CommitWithRecords>, output: EventProducer) {
    this.output = output
    this.#stream = stream
    this.#commits = commits
  }

  get events(): number {
    return this.#events
  }

  /** To be called with every commit: a stream that is too far ahead is paused. */
  onCommit(commit: number): void {
    if (this.#pausing || commit - this.#written <= MOST_COMMITS_AHEAD) return
    // The stream may have ended before it could stand still.
    this.#pausing = this.#stream.pause().catch(() => undefined)
  }

  /**
   * Resolves when the stream has ended and its last event is written.
   *
   * @throws WriteError when the output takes no more, and the stream's own error; the stream has ended then
   */
  async run(): Promise<void> {
    try {
      await produceRecords(this.#commits, this.output, ({ commit, records }) => {
        this.#events += records.length
        this.#written = commit
        return this.#goOn()
      })
    } catch (error) {
      await this.#stream.stop().catch(() => undefined)
      throw error
    }
  }

  async #goOn(): Promise<void> {
    if (!this.#pausing) return
    await this.#pausing
    if (this.#written < this.#stream.ledger.commit) return
    this.#pausing = undefined
    if (this.#stream.state === 'paused') this.#stream.resume()
  }
}
