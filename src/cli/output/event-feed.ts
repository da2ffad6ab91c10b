import type { EventFormat } from '../../events/event-format.js'
import type { CdcStream, CommitWithEvents } from '../../stream/cdc-stream.js'
import type { CliHost } from '../host.js'
import type { Settings } from '../settings/settings.js'
import { type EventOutput, openEventOutput } from './event-output.js'

/** The stream may be so many commits ahead of the output; then it waits. */
const MOST_COMMITS_AHEAD = 100

/** So many events are turned into text at a time. */
const EVENTS_AT_A_TIME = 1000

/** The feed that the settings ask for. */
export async function openFeed(stream: CdcStream, settings: Settings, host: CliHost): Promise<EventFeed | undefined> {
  const { events, format, eventDuplicates, eventShuffle, eventLate } = settings
  if (events === undefined) return undefined
  const faults = { duplicates: eventDuplicates, shuffle: eventShuffle, late: eventLate }
  const commits = stream.commits({ format, faults })
  return new EventFeed(stream, commits, await openEventOutput(host, events))
}

/** Writes the events of a stream's commits, a line each, in the order of the commits. */
export class EventFeed {
  readonly output: EventOutput
  readonly #stream: CdcStream
  readonly #commits: AsyncIterable<CommitWithEvents<EventFormat>>
  #written = 0
  #events = 0
  #pausing: Promise<void> | undefined

  constructor(stream: CdcStream, commits: AsyncIterable<CommitWithEvents<EventFormat>>, output: EventOutput) {
    this.output = output
    this.#stream = stream
    this.#commits = commits
  }

  /** How many events were written so far. */
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
      for await (const { commit, events } of this.#commits) {
        await this.#write(events)
        this.#written = commit
        await this.#goOn()
      }
      await this.output.close()
    } catch (error) {
      await this.#stream.stop().catch(() => undefined)
      throw error
    }
  }

  async #write(events: readonly object[]): Promise<void> {
    for (let from = 0; from < events.length; from += EVENTS_AT_A_TIME) {
      const some = events.slice(from, from + EVENTS_AT_A_TIME)
      await this.output.write(some.map((event) => `${JSON.stringify(event)}\n`).join(''))
      this.#events += some.length
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
