import type { CdcStream } from '../stream/cdc-stream.js'
import type { StreamEvent } from '../stream/stream-event.js'
import { qualifiedName } from '../writer/statements.js'
import { messageOf } from './exit-code.js'
import { info, type LogLine, warning } from './log-line.js'
import { secondsText } from './wording.js'

/**
 * Analyzes the tables of a stream every so many commits, between two batches: for jobs whose plans are to fit the tables as
 * they are. The load itself finds its rows without.
 */
export class Analyze {
  readonly #stream: CdcStream
  readonly #every: number
  readonly #write: (line: LogLine) => void
  #work: Promise<void> | undefined
  #closed = false

  /** @param every commits from one ANALYZE to the next; one that is still at work is not joined by another */
  constructor(stream: CdcStream, every: number, write: (line: LogLine) => void) {
    this.#stream = stream
    this.#every = every
    this.#write = write
  }

  tell(event: StreamEvent): void {
    if (event.type !== 'commit' || event.commit % this.#every !== 0 || this.#work || this.#closed) return
    this.#work = this.#analyze(Object.keys(event.tables)).finally(() => (this.#work = undefined))
  }

  /** To be called when the stream has ended, which ends this as well. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#work
  }

  /** Never rejects: a load goes on without ANALYZE. */
  async #analyze(tables: readonly string[]): Promise<void> {
    const begun = performance.now()
    try {
      const { schema } = this.#stream.connection
      await this.#stream.during(async (client) => {
        // A large table takes longer than any limit that the role may have for its statements.
        await client.query('SET statement_timeout = 0')
        // Without the privilege a table is left out, which is no error.
        client.on('notice', ({ severity, message }) => {
          if (severity === 'WARNING') this.#write(warning(`ANALYZE: ${message ?? ''}`))
        })
        for (const table of tables) await client.query(`ANALYZE ${qualifiedName(schema, table)}`)
      })
      this.#write(info(`Analyzed ${tables.join(' and ')} in ${secondsText(performance.now() - begun)}`))
    } catch (error) {
      const { state } = this.#stream
      if (state === 'stopped' || state === 'failed') return
      this.#write(warning(`ANALYZE failed, the load goes on: ${messageOf(error)}`))
    }
  }
}
