import { connect } from '../database/connect.js'
import type { ConnectionOptions, StartedTarget } from '../database/connection/connection.js'
import { startEmbedded } from '../database/embedded/start-embedded.js'
import { TEXT_SETTINGS } from '../database/text-settings.js'
import { isTransient } from '../database/transient.js'
import { StateError } from '../errors.js'
import type { LedgerTable } from '../ledger/ledger-table.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import { abandon, type Attended } from '../writer/on-session.js'
import { tryAgain } from '../writer/retry.js'
import type { QueryPlace } from './query-state.js'
import { createShadows, ShadowTables } from './shadow-tables.js'

/** What queries of a stream are answered from. */
export interface QuerySource {
  /** The stream's database, if it has one. */
  readonly connection: ConnectionOptions | undefined
  /** Of what the stream runs now. */
  readonly ledger: PlannedLedger
  /** Milliseconds for which what can pass is tried again. */
  readonly retryFor: number
  /** Milliseconds for which the server may say nothing. */
  readonly answerWithin: number
}

/** A session that answers queries, beside the tables as a ledger has them. */
export interface QuerySession extends Attended {
  /** What its names mean after its own tables and those of the stream. */
  readonly searchPath: string
  readonly schema: string
  readonly ledger: PlannedLedger
  readonly shadows: ShadowTables
  /** Why it is not the stream's database, in words; undefined where it is. */
  readonly elsewhere: string | undefined
}

/** The hosts of a stream, by the databases that its queries are answered on. */
export class QueryHosts implements AsyncDisposable {
  readonly #source: () => QuerySource
  readonly #hosts = new Map<string, QueryHost>()

  constructor(source: () => QuerySource) {
    this.#source = source
  }

  of(on: QueryPlace | undefined): QueryHost {
    const id = JSON.stringify(on ?? null)
    const host = this.#hosts.get(id) ?? new QueryHost(this.#source, on)
    this.#hosts.set(id, host)
    return host
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host[Symbol.asyncDispose]()))
  }
}

/** The session that answers queries, one after the other. It is opened for the first one. */
export class QueryHost implements AsyncDisposable {
  readonly #source: () => QuerySource
  readonly #on: QueryPlace | undefined
  #embedded: StartedTarget | undefined
  #session: QuerySession | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isBusy = false
  #isClosed = false

  /** @param on where queries are answered; by default the stream's database, or a server of our own where that cannot be */
  constructor(source: () => QuerySource, on: QueryPlace | undefined) {
    this.#source = source
    this.#on = on
  }

  /**
   * Works on the session when those that came before are through; from the beginning when it is lost.
   *
   * @throws TargetError when no session lasts
   */
  run<T>(work: (session: QuerySession) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => this.#run(work))
    this.#last = turn.catch(() => {})
    return turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    // Nobody waits any more for what it is at work at.
    if (this.#isBusy && this.#session) await abandon(this.#session)
    await this.#last
    await this.#close()
    await this.#embedded?.[Symbol.asyncDispose]()
  }

  #run<T>(work: (session: QuerySession) => Promise<T>): Promise<T> {
    const { retryFor } = this.#source()
    const once = async (): Promise<T> => {
      this.#expectOpen()
      this.#isBusy = true
      try {
        const session = await this.#open()
        this.#expectOpen()
        return await work(session)
      } catch (error) {
        if (isTransient(error)) await this.#close()
        throw error
      } finally {
        this.#isBusy = false
      }
    }
    return tryAgain(once, { what: 'answer a query over the ledger', retryFor })
  }

  #expectOpen(): void {
    if (!this.#isClosed) return
    throw new StateError('Expected a stream that is open for a query, got one that is disposed.')
  }

  async #open(): Promise<QuerySession> {
    const { connection, ledger } = this.#source()
    const known = this.#session
    if (known?.ledger === ledger) return known
    if (known) {
      const shadows = new ShadowTables(known.client, tablesOf(ledger), known.schema)
      return (this.#session = { ...known, ledger, shadows })
    }
    return (this.#session = await this.#openAt(connection))
  }

  async #openAt(connection: ConnectionOptions | undefined): Promise<QuerySession> {
    if (this.#on !== undefined && this.#on !== 'embedded') return this.#connect(this.#on, '`on` says so')
    if (this.#on === 'embedded') return this.#connect(await this.#start(), '`on` says so')
    if (!connection) return this.#connect(await this.#start(), 'the stream has no database')
    if (connection.protocol === 'mysql') return this.#connect(await this.#start(), 'the stream writes to MySQL')
    if (this.#embedded) return this.#connect(this.#embedded.connection, mayNot(connection))
    try {
      return await this.#connect(connection)
    } catch (error) {
      if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error
      return this.#connect(await this.#start(), mayNot(connection))
    }
  }

  async #connect(connection: ConnectionOptions, elsewhere?: string): Promise<QuerySession> {
    const { ledger, answerWithin } = this.#source()
    const tables = tablesOf(ledger)
    const { schema } = connection
    const client = await connect(connection, {
      applicationName: 'vitest-cloudberry-cdc query',
      settings: TEXT_SETTINGS,
      answerWithin,
    })
    try {
      const backend = await client.identify()
      const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`)
      const searchPath = rows[0]?.path ?? ''
      await client.searchFirst(schema, searchPath)
      await createShadows(client, tables, elsewhere === undefined ? schema : undefined)
      const shadows = new ShadowTables(client, tables, schema)
      return { client, backend, connection, searchPath, schema, ledger, shadows, elsewhere }
    } catch (error) {
      await client.close()
      throw error
    }
  }

  async #start(): Promise<ConnectionOptions> {
    this.#embedded ??= await startEmbedded({ schema: 'public' })
    return this.#embedded.connection
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

const mayNot = ({ user }: ConnectionOptions): string => `user \`${user}\` may not have temporary tables`

function tablesOf(ledger: PlannedLedger): LedgerTable[] {
  return ledger.tables.map((name) => ledger.visible(name).table)
}
