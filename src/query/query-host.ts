import type { DatabaseClient } from '../database/client.js'
import { connect } from '../database/connect.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import { TEXT_SETTINGS } from '../database/text-settings.js'
import { isTransient } from '../database/transient.js'
import { StateError, TargetError } from '../errors.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import { tryAgain } from '../writer/retry.js'
import { ShadowTables } from './shadow-tables.js'

/** Where queries of a stream are answered. */
export interface QuerySource {
  /** Throws StateError before the stream has begun, and without a database. */
  readonly connection: ConnectionOptions
  /** Of what the stream runs now. */
  readonly ledger: PlannedLedger
  /** Milliseconds for which what can pass is tried again. */
  readonly retryFor: number
  /** Milliseconds for which the server may say nothing. */
  readonly answerWithin: number
}

/** A session that answers queries, beside the tables as a ledger has them. */
export interface QuerySession {
  readonly client: DatabaseClient
  /** What its names mean after its own tables and those of the stream. */
  readonly searchPath: string
  readonly schema: string
  readonly ledger: PlannedLedger
  readonly shadows: ShadowTables
}

/** The session of a stream that answers its queries, one after the other. It is opened for the first one. */
export class QueryHost implements AsyncDisposable {
  readonly #source: () => QuerySource
  #session: QuerySession | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(source: () => QuerySource) {
    this.#source = source
  }

  /**
   * Works on the session when those that came before are through; from the beginning when it is lost.
   *
   * @throws TargetError when no session lasts, or it may not have temporary tables
   */
  run<T>(work: (session: QuerySession) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => this.#run(work))
    this.#last = turn.catch(() => {})
    return turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#last
    await this.#close()
  }

  #run<T>(work: (session: QuerySession) => Promise<T>): Promise<T> {
    const { retryFor } = this.#source()
    const once = async (): Promise<T> => {
      if (this.#isClosed) throw new StateError('Expected a stream that is open for a query, got one that is disposed.')
      try {
        return await work(await this.#open())
      } catch (error) {
        if (isTransient(error)) await this.#close()
        throw error
      }
    }
    return tryAgain(once, { what: 'answer a query over the ledger', retryFor })
  }

  async #open(): Promise<QuerySession> {
    const { connection, ledger, answerWithin } = this.#source()
    const known = this.#session
    if (known?.ledger === ledger) return known
    const tables = ledger.tables.map((name) => ledger.visible(name).table)
    const { schema } = connection
    if (known) {
      const shadows = new ShadowTables(known.client, tables, schema)
      return (this.#session = { ...known, ledger, shadows })
    }
    const client = await connect(connection, {
      applicationName: 'vitest-cloudberry-cdc query',
      settings: TEXT_SETTINGS,
      answerWithin,
    })
    try {
      const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`)
      const searchPath = rows[0]?.path ?? ''
      await client.searchFirst(schema, searchPath)
      await createShadows(client, tables, schema, connection.user)
      const shadows = new ShadowTables(client, tables, schema)
      return (this.#session = { client, searchPath, schema, ledger, shadows })
    } catch (error) {
      await client.close()
      throw error
    }
  }

  async #close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (!session) return
    // The server drops them some time after the session has ended; by then their types may be dropped, too.
    await session.client.query('DISCARD TEMP').catch(() => {})
    await session.client.close()
  }
}

const INSUFFICIENT_PRIVILEGE = '42501'

async function createShadows(
  ...[client, tables, schema, user]: [...Parameters<typeof ShadowTables.create>, string]
): Promise<void> {
  try {
    await ShadowTables.create(client, tables, schema)
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error
    throw new TargetError(
      `Expected user \`${user}\` to be allowed temporary tables, in which a query over the ledger is answered, got: ${(error as Error).message}. Run: GRANT TEMPORARY ON DATABASE … TO …`,
      { cause: error },
    )
  }
}
