import type { Notice } from '../../database/client.js'
import type { CdcStream } from '../../stream/cdc-stream.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import { type LogLine, warning } from '../output/log-line.js'

/** A work on the tables of a stream, done every so many commits. The load goes on without it when it fails. */
export abstract class EveryCommits {
  protected readonly stream: CdcStream
  protected readonly write: (line: LogLine) => void
  protected closed = false
  readonly #every: number
  #work: Promise<void> | undefined

  /** @param every commits from one to the next; one that is still at work is not joined by another */
  constructor(stream: CdcStream, every: number, write: (line: LogLine) => void) {
    this.stream = stream
    this.#every = every
    this.write = write
  }

  observe(event: StreamEvent): void {
    if (event.type !== 'commit' || event.commit % this.#every !== 0 || this.#work || this.closed) return
    this.#work = this.work(Object.keys(event.tables)).finally(() => (this.#work = undefined))
  }

  /** To be called when the stream has ended. */
  async close(): Promise<void> {
    this.closed = true
    this.cutOff()
    await this.#work
  }

  /** Must not reject. */
  protected abstract work(tables: readonly string[]): Promise<void>

  /** Ends at once what is at work. */
  protected cutOff(): void {
    // It ends with the stream.
  }

  /** Without the privilege a table is left out, which the server says, and which is no error. */
  protected pass(what: string, { severity, message }: Notice): void {
    if (severity === 'WARNING') this.write(warning(`${what}: ${message ?? ''}`))
  }
}
