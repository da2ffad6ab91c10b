import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Answer, Backend, SqlClient, Statement } from '../client.js'
import { noAnswer } from '../connection/connect-error.js'
import type { DialectInfo } from '../dialect-info.js'
import type { MysqlConnection, MysqlHeader, MysqlQuery } from './driver.js'
import { quoteName, quoteText } from './quote.js'
import type { StreamRows } from './read-rows.js'
import { serverError, stateOf } from './server-error.js'

/** Milliseconds for the last words with a server. */
const LAST_WORDS = 2_000
/** Seconds that a statement waits for a lock, where nobody says otherwise. */
const LOCK_TIMEOUT = 30
/** LOAD DATA LOCAL is switched off. */
const LOCAL_REFUSED = stateOf(1148)

/** What is said to a server of MySQL's protocol, and how it is listened to. */
export class MysqlSession implements SqlClient {
  protected readonly connection: MysqlConnection
  /** Names the lock that this session holds once it was identified, and by which others know whether it is there. */
  protected readonly name: string = `cdc:session:${randomUUID()}`
  #info: DialectInfo | undefined
  #loadsFiles = true
  #isOpen = false
  #database: string | undefined
  /** Questions without an answer. */
  #asked = 0
  #lockTimeout: number | undefined

  constructor(connection: MysqlConnection) {
    this.connection = connection
  }

  get isIdle(): boolean {
    return !this.#isOpen
  }

  async query<Row>(asked: string | Statement, given: readonly unknown[] = []): Promise<Answer<Row>> {
    const { text, values = given } = typeof asked === 'string' ? { text: asked } : asked
    const { rows, fields } = await this.#ask<Row[]>('query', { sql: text }, values)
    if (Array.isArray(rows)) return { rows, rowCount: rows.length, ...(fields && { fields }) }
    return { rows: [], rowCount: (rows as MysqlHeader).affectedRows }
  }

  /** Runs a statement that changes rows, which a session parses once. */
  async change(sql: string, values: readonly unknown[]): Promise<MysqlHeader> {
    return (await this.#ask<MysqlHeader>('execute', { sql }, values)).rows
  }

  /** Sends what LOAD DATA LOCAL INFILE reads; undefined where the server does not take it, be it from now on. */
  async load(sql: string, file: () => Readable): Promise<MysqlHeader | undefined> {
    try {
      return (await this.#ask<MysqlHeader>('query', { sql, infileStreamFactory: file })).rows
    } catch (error) {
      if ((error as { readonly code?: string }).code !== LOCAL_REFUSED) throw error
      this.#loadsFiles = false
      return undefined
    }
  }

  async describe(): Promise<DialectInfo> {
    if (this.#info) return this.#info
    const { rows } = await this.query<{ version: string; loadsFiles: unknown }>(
      'SELECT version() AS version, @@local_infile AS loadsFiles',
    )
    const { version = '', loadsFiles } = rows[0] ?? {}
    const [number = version] = version.split('-', 1)
    const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL'
    this.#loadsFiles = Number(loadsFiles) === 1
    return (this.#info = { name: 'mysql', version: `${product} ${number}`, segments: 0, tableLocks: false })
  }

  /** Whether the server takes LOAD DATA LOCAL, as far as is known. */
  get loadsFiles(): boolean {
    return this.#loadsFiles
  }

  async identify(): Promise<Backend> {
    const { rows } = await this.query<{ pid: unknown }>(
      `SELECT connection_id() AS pid, IF(IS_USED_LOCK(${quoteText(this.name)}) IS NULL, GET_LOCK(${quoteText(this.name)}, 0), 1) AS held`,
    )
    return { pid: Number(rows[0]?.pid), start: this.name }
  }

  /** Statements that change a table by keys need one to be chosen, though they name it. */
  async use(database: string): Promise<void> {
    if (database === this.#database) return
    await this.query(`USE ${quoteName(database)}`)
    this.#database = database
  }

  async begin(): Promise<void> {
    await this.query('BEGIN')
    this.#isOpen = true
  }

  async beginSnapshot(): Promise<void> {
    await this.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await this.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
    this.#isOpen = true
  }

  /** @param milliseconds that statements wait for a lock; the server counts in seconds */
  async setLockTimeout(milliseconds: number = LOCK_TIMEOUT * 1_000): Promise<void> {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1_000))
    if (seconds === this.#lockTimeout) return
    await this.query(`SET SESSION innodb_lock_wait_timeout = ${seconds}`)
    this.#lockTimeout = seconds
  }

  async commit(): Promise<string> {
    await this.query('COMMIT')
    this.#isOpen = false
    return 'COMMIT'
  }

  async rollBack(): Promise<void> {
    await this.query('ROLLBACK')
    this.#isOpen = false
  }

  /** By bytes and by questions: a session that waits to be asked may be silent. */
  boundSilence(milliseconds: number): () => void {
    const { stream } = this.connection
    const { timeout = 0 } = stream
    const onSilence = (): void => {
      if (this.#asked === 0) return
      const heard = stream.bytesRead
      // What came while this thread was at work is read first.
      setImmediate(() =>
        setImmediate(() => {
          if (stream.bytesRead === heard) stream.destroy(noAnswer(milliseconds))
        }),
      )
    }
    stream.setTimeout(milliseconds).on('timeout', onSilence)
    return () => void stream.setTimeout(timeout).off('timeout', onSilence)
  }

  onEnd(listener: () => void): void {
    this.connection.stream.once('close', listener)
  }

  close(): Promise<void> {
    const { stream } = this.connection
    if (stream.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), LAST_WORDS)
      const done = (): void => {
        clearTimeout(timer)
        resolve()
      }
      stream.once('close', done)
      this.connection.end(() => stream.end())
    })
  }

  /** The stream's end fails what was asked; that of the driver's own connection leaves it without an answer. */
  destroy(reason?: Error): void {
    this.connection.stream.destroy(reason)
  }

  readonly streamed: StreamRows = (sql, values = []) => this.#stream(sql, values)

  async *#stream(sql: string, values: readonly unknown[]): AsyncGenerator<readonly unknown[]> {
    this.#asked += 1
    try {
      const rows = this.connection.query({ sql, rowsAsArray: true }, values).stream()
      for await (const row of rows) yield row as readonly unknown[]
    } catch (error) {
      throw serverError(error)
    } finally {
      this.#asked -= 1
    }
  }

  #ask<Rows>(
    how: 'query' | 'execute',
    options: MysqlQuery,
    values: readonly unknown[] = [],
  ): Promise<{ readonly rows: Rows; readonly fields: Answer<Rows>['fields'] }> {
    return new Promise((resolve, reject) => {
      this.#asked += 1
      this.connection[how](options, values, (error, rows, fields) => {
        this.#asked -= 1
        if (error) reject(serverError(error))
        else resolve({ rows: rows as Rows, fields: fields as Answer<Rows>['fields'] })
      })
    })
  }
}
