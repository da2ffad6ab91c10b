import type { Client } from 'pg'
import type { CdcStream } from '../stream/cdc-stream.js'
import type { StreamEvent } from '../stream/stream-event.js'
import { connect } from '../target/connect.js'
import { destroySession } from '../writer/session.js'
import { qualifiedName } from '../writer/statements.js'
import { messageOf } from './exit-code.js'
import { info, type LogLine, warning } from './log-line.js'
import { secondsText } from './wording.js'

/**
 * Vacuums the tables of a stream every so many commits, beside the load: servers of the Greenplum family may leave tables
 * of users out of their automatic VACUUM (`gp_autovacuum_scope`).
 */
export class Vacuum {
  readonly #stream: CdcStream
  readonly #every: number
  readonly #write: (line: LogLine) => void
  #client: Client | undefined
  #work: Promise<void> | undefined
  #closed = false

  /** @param every commits from one VACUUM to the next; one that is still at work is not joined by another */
  constructor(stream: CdcStream, every: number, write: (line: LogLine) => void) {
    this.#stream = stream
    this.#every = every
    this.#write = write
  }

  tell(event: StreamEvent): void {
    if (event.type !== 'commit' || event.commit % this.#every !== 0 || this.#work || this.#closed) return
    this.#work = this.#vacuum(Object.keys(event.tables)).finally(() => (this.#work = undefined))
  }

  /** Ends at once: what VACUUM has not done stays undone. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#client) destroySession(this.#client)
    await this.#work
  }

  /** Never rejects: a load goes on without VACUUM. */
  async #vacuum(tables: readonly string[]): Promise<void> {
    const begun = performance.now()
    try {
      const { connection } = this.#stream
      // A large table takes longer than any limit that the role may have for its statements.
      const settings = { statement_timeout: '0' }
      this.#client = await connect(connection, { applicationName: 'vitest-cloudberry-cdc vacuum', settings })
      // Without the privilege a table is left out, which is no error.
      this.#client.on('notice', ({ severity, message }) => {
        if (severity === 'WARNING') this.#write(warning(`VACUUM: ${message ?? ''}`))
      })
      for (const table of tables) await this.#client.query(`VACUUM ${qualifiedName(connection.schema, table)}`)
      await this.#client.end()
      this.#write(info(`Vacuumed ${tables.join(' and ')} in ${secondsText(performance.now() - begun)}`))
    } catch (error) {
      if (this.#client) destroySession(this.#client)
      if (!this.#closed) this.#write(warning(`VACUUM failed, the load goes on: ${messageOf(error)}`))
    } finally {
      this.#client = undefined
    }
  }
}
