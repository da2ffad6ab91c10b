import type { DatabaseClient, Notice } from '../../database/client.js'
import { connect } from '../../database/connect.js'
import { qualifiedName } from '../../database/postgres/quote.js'
import type { StreamEvent } from '../../driver/stream-event.js'
import type { CdcStream } from '../../stream/cdc-stream.js'
import { messageOf } from '../host.js'
import { info, type LogLine, warning, secondsText } from '../output/log-line.js'

/** A statement for the tables of a stream. */
interface Work {
  readonly statement: 'ANALYZE' | 'VACUUM'
  readonly done: string
  run(stream: CdcStream, statements: readonly string[], onNotice: (notice: Notice) => void): Promise<void>
  /** Called when the stream has ended; what is at work ends at once, and its error is none. */
  cutOff?(): void
}

/** Done every so many commits. The load goes on without it when it fails. */
export class Upkeep {
  readonly #stream: CdcStream
  readonly #every: number
  readonly #work: Work
  readonly #write: (line: LogLine) => void
  #atWork: Promise<void> | undefined
  #closed = false

  /** @param every commits from one to the next; one that is still at work is not joined by another */
  constructor(stream: CdcStream, every: number, work: Work, write: (line: LogLine) => void) {
    this.#stream = stream
    this.#every = every
    this.#work = work
    this.#write = write
  }

  observe(event: StreamEvent): void {
    if (event.type !== 'commit' || event.commit % this.#every !== 0 || this.#atWork || this.#closed) return
    this.#atWork = this.#run(Object.keys(event.tables)).finally(() => (this.#atWork = undefined))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#work.cutOff?.()
    await this.#atWork
  }

  async #run(tables: readonly string[]): Promise<void> {
    const { statement, done } = this.#work
    const begun = performance.now()
    try {
      const { schema } = this.#stream.connection
      const statements = tables.map((table) => `${statement} ${qualifiedName(schema, table)}`)
      await this.#work.run(this.#stream, statements, ({ severity, message = '' }) => {
        // Without the privilege a table is left out, which the server says, and which is no error.
        if (severity === 'WARNING') this.#write(warning(`${statement}: ${message}`))
      })
      this.#write(info(`${done} ${tables.join(' and ')} in ${secondsText(performance.now() - begun)}`))
    } catch (error) {
      const { state } = this.#stream
      const isOver = this.#work.cutOff ? this.#closed : state === 'stopped' || state === 'failed'
      if (!isOver) this.#write(warning(`${statement} failed, the load goes on: ${messageOf(error)}`))
    }
  }
}

/** Between two batches: for jobs whose plans are to fit the tables as they are. The load itself finds its rows without. */
export const analyze: Work = {
  statement: 'ANALYZE',
  done: 'Analyzed',
  run: (stream, statements, onNotice) =>
    stream.during(async (client) => {
      // A large table takes longer than any limit that the role may have for its statements.
      await client.query('SET statement_timeout = 0')
      client.on('notice', onNotice)
      for (const statement of statements) await client.query(statement)
    }),
}

/**
 * Beside the load: servers of the Greenplum family may leave tables of users out of their automatic VACUUM
 * (`gp_autovacuum_scope`). What is not done when the stream ends stays undone.
 */
export function vacuum(): Work {
  let client: DatabaseClient | undefined
  return {
    statement: 'VACUUM',
    done: 'Vacuumed',
    cutOff: () => client?.destroy(),
    run: async ({ connection }, statements, onNotice) => {
      try {
        // As for ANALYZE.
        const settings = { statement_timeout: '0' }
        client = await connect(connection, { applicationName: 'vitest-cloudberry-cdc vacuum', settings })
        client.onNotice(onNotice)
        for (const statement of statements) await client.query(statement)
        await client.close()
      } catch (error) {
        client?.destroy()
        throw error
      } finally {
        client = undefined
      }
    },
  }
}
