import type { EventFormat } from '../../events/feed-format.js'
import type { CdcStream, CommitWithEvents } from '../../stream/cdc-stream.js'
import type { CliHost } from '../host.js'
import { opened } from './log.js'
import { type Settings, standardOutput } from '../settings/settings.js'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { WriteError } from '../../errors.js'

/** The stream may be so many commits ahead of the output; then it waits. */
const MOST_COMMITS_AHEAD = 100

const EVENTS_AT_A_TIME = 1000

export async function openFeed(stream: CdcStream, settings: Settings, host: CliHost): Promise<EventFeed | undefined> {
  const { events, format, eventDuplicates, eventShuffle, eventLate } = settings
  if (events === undefined) return undefined
  const faults = { duplicates: eventDuplicates, shuffle: eventShuffle, late: eventLate }
  const commits = stream.commits({ format, faults })
  return new EventFeed(stream, commits, await openEventOutput(host, events))
}

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

interface EventOutput {
  /** As the user knows it. */
  readonly name: string
  /** Resolves when there is room for more. Rejects with what went wrong, in words. */
  write(text: string): Promise<void>
  /** Resolves when everything is in the file. */
  close(): Promise<void>
}

/** A new file; `-` is standard output. */
async function openEventOutput(host: CliHost, file: string): Promise<EventOutput> {
  if (file === standardOutput) return toOutput(host.stdout, 'standard output', async () => undefined)
  const path = resolve(host.cwd(), file)
  const open = (): Writable => createWriteStream(path, { mode: 0o600 })
  const stream = await opened(open, `change events to \`${path}\``, '--events or CDC_EVENTS')
  // Every write fails with its own error.
  stream.on('error', () => undefined)
  return toOutput(stream, path, async () => {
    stream.end()
    await finished(stream)
  })
}

function toOutput(stream: Writable, name: string, end: () => Promise<void>): EventOutput {
  const toError = (cause: Error): WriteError =>
    new WriteError(`Expected to write change events to ${name}, got ${cause.message}. The stream was ended.`, { cause })
  return {
    name,
    write: (text) =>
      new Promise((done, fail) => stream.write(text, (cause) => (cause ? fail(toError(cause)) : done()))),
    close: async () => {
      try {
        await end()
      } catch (cause) {
        throw toError(cause as Error)
      }
    },
  }
}
