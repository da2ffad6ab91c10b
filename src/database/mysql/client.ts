import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type {
  Answer,
  Backend,
  DatabaseClient,
  Emptying,
  Introduction,
  Locks,
  LockWaits,
  Notice,
  RunTarget,
  RunWriter,
  SampleOptions,
  Statement,
  TextAnswer,
} from '../client.js'
import { noAnswer } from '../connection/connect-error.js'
import type { DialectInfo } from '../dialect-info.js'
import type { TableReader } from '../../ledger/table-reader.js'
import type { Cell } from '../../tables/column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { StateError } from '../../errors.js'
import { MysqlCatalog } from './catalog.js'
import type { MysqlConnection, MysqlHeader, MysqlQuery } from './driver.js'
import { lockWaits } from './lock-waits.js'
import { lockHolders, tryLocks } from './named-locks.js'
import { quoteName, quoteText, tableName } from './quote.js'
import { readBack, sampleRows, type StreamRows, tableRows } from './read-rows.js'
import { MysqlRunWriter } from './run-writer.js'
import { serverError, stateOf } from './server-error.js'

/** Milliseconds for the last words with a server. */
const LAST_WORDS = 2_000
/** Seconds that a statement waits for a lock, where nobody says otherwise. */
const LOCK_TIMEOUT = 30

/**
 * What a session needs that writes the load: values that do not fit are errors, instants are in UTC, and a row is locked without
 * the gap beside it, in which other writers may have theirs (https://mariadb.com/kb/en/innodb-lock-modes/#gap-locks).
 */
const WRITING = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'`,
  `SET SESSION time_zone = '+00:00'`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]
/** LOAD DATA LOCAL is switched off. */
const LOCAL_REFUSED = stateOf(1148)
/** With these, values are read as they are kept. */
export const READING = [`SET SESSION time_zone = '+00:00'`, `SET SESSION sql_mode = 'STRICT_ALL_TABLES'`]

/** A session of MySQL's protocol. A schema of the port is a database of MySQL. */
export class MysqlClient implements DatabaseClient {
  readonly catalog: MysqlCatalog = new MysqlCatalog(this)
  readonly #connection: MysqlConnection
  /** Names the lock that this session holds from its introduction on, and by which others know whether it is there. */
  readonly #name = `cdc:session:${randomUUID()}`
  #info: DialectInfo | undefined
  #loadsFiles = true
  #isOpen = false
  /** Questions without an answer. */
  #asked = 0
  #lockTimeout = LOCK_TIMEOUT

  constructor(connection: MysqlConnection) {
    this.#connection = connection
  }

  get driver(): unknown {
    return this.#connection.promise()
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

  ask(): Promise<TextAnswer> {
    return Promise.reject(
      new StateError('Expected a database of PostgreSQL for the results of queries, got one of MySQL.'),
    )
  }

  async identify(): Promise<Backend> {
    const { rows } = await this.query<{ pid: unknown }>(
      `SELECT connection_id() AS pid, IF(IS_USED_LOCK(${quoteText(this.#name)}) IS NULL, GET_LOCK(${quoteText(this.#name)}, 0), 1) AS held`,
    )
    return { pid: Number(rows[0]?.pid), start: this.#name }
  }

  async introduce(): Promise<Introduction> {
    const { rows } = await this.query<{ found: string | null }>('SELECT database() AS found')
    for (const setting of WRITING) await this.query(setting)
    await this.#setLockTimeout(LOCK_TIMEOUT, true)
    const dialect = await this.describe()
    const seesWaits = await this.waits().then(
      () => true,
      () => false,
    )
    return { backend: await this.identify(), dialect, searchPath: rows[0]?.found ?? '', refused: [], seesWaits }
  }

  async searchFirst(schema: string): Promise<void> {
    // It may be created later on; nothing of ours depends on it then.
    await this.query(`USE ${quoteName(schema)}`).catch((error: Error & { readonly code?: string }) => {
      if (error.code !== stateOf(1049) && error.code !== stateOf(1044)) throw error
    })
  }

  /** It is always so here. */
  reading<T>(read: () => Promise<T>): Promise<T> {
    return read()
  }

  async createSchema(schema: string): Promise<void> {
    await this.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(schema)} CHARACTER SET utf8mb4`)
    await this.searchFirst(schema)
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

  /** There is nothing of the kind. */
  checkDeferred(): Promise<void> {
    return Promise.resolve()
  }

  runWriter(target: RunTarget): RunWriter {
    return new MysqlRunWriter(target)
  }

  /** @param milliseconds that statements wait for a lock; the server counts in seconds */
  async setLockTimeout(milliseconds: number | undefined): Promise<void> {
    await this.#setLockTimeout(milliseconds === undefined ? LOCK_TIMEOUT : Math.max(1, Math.ceil(milliseconds / 1000)))
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

  /** Not in one transaction, because TRUNCATE is one by itself here. */
  async empty({ schema, tables, wholeSchema, reset, patience }: Emptying): Promise<void> {
    const names = wholeSchema ? await this.catalog.tablesOf(schema) : tables
    await this.query(
      `SET SESSION lock_wait_timeout = ${Math.max(1, Math.ceil(patience / 1000))}, foreign_key_checks = 0`,
    )
    for (const name of names) await this.query(`TRUNCATE TABLE ${tableName(schema, name)}`)
    await this.query('SET SESSION lock_wait_timeout = DEFAULT, foreign_key_checks = DEFAULT')
    if (reset.length > 0) await this.searchFirst(schema)
    for (const sql of reset) await this.query(sql)
  }

  readBack(
    table: TableDefinition,
    schema: string,
    keys: readonly (readonly Cell[])[],
  ): Promise<ReadonlyMap<string, string>> {
    return readBack(this.#streamed, table, schema, keys)
  }

  tableReader(schema: string): TableReader {
    return { read: (table, filter, signal) => tableRows(this.#streamed, table, schema, filter, signal) }
  }

  sample(options: SampleOptions): AsyncIterable<Uint8Array> {
    return sampleRows(this.#streamed, options)
  }

  tryLocks(locks: Locks): Promise<readonly boolean[]> {
    return tryLocks(this, locks)
  }

  lockHolders(kinds: readonly number[], ids: readonly number[]): Promise<readonly { pid: number; id: number }[]> {
    return lockHolders(this, kinds, ids)
  }

  async unlockAll(): Promise<void> {
    await this.query('SELECT RELEASE_ALL_LOCKS()')
    await this.identify()
  }

  async waits(): Promise<LockWaits> {
    return lockWaits(this, (await this.describe()).version.startsWith('MariaDB'))
  }

  async cancelWait(backend: Backend): Promise<void> {
    const waits = await this.waits()
    if (waits.has(backend.pid) && (await this.isThere(backend))) await this.#kill(`QUERY ${backend.pid}`)
  }

  async endBackend({ pid, start }: Pick<Backend, 'pid'> & Partial<Backend>): Promise<void> {
    if (start !== undefined && !(await this.isThere({ pid, start }))) return
    await this.#kill(`CONNECTION ${pid}`)
  }

  async isThere({ pid, start }: Backend): Promise<boolean> {
    const { rows } = await this.query<{ isThere: unknown }>(
      `SELECT coalesce(IS_USED_LOCK(${quoteText(start)}) = ?, 0) AND ? <> connection_id() AS isThere`,
      [pid, pid],
    )
    return Number(rows[0]?.isThere) === 1
  }

  /** By bytes and by questions: a session that waits to be asked may be silent. */
  boundSilence(milliseconds: number): () => void {
    const { stream } = this.#connection
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

  /** The server says nothing by itself. */
  onNotice(_listener: (notice: Notice) => void): void {}

  onEnd(listener: () => void): void {
    this.#connection.stream.once('close', listener)
  }

  close(): Promise<void> {
    const { stream } = this.#connection
    if (stream.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), LAST_WORDS)
      const done = (): void => {
        clearTimeout(timer)
        resolve()
      }
      stream.once('close', done)
      this.#connection.end(() => stream.end())
    })
  }

  /** The stream's end fails what was asked; that of the driver's own connection leaves it without an answer. */
  destroy(reason?: Error): void {
    this.#connection.stream.destroy(reason)
  }

  readonly #streamed: StreamRows = (sql, values = []) => this.#stream(sql, values)

  async *#stream(sql: string, values: readonly unknown[]): AsyncGenerator<readonly unknown[]> {
    this.#asked += 1
    try {
      const rows = this.#connection.query({ sql, rowsAsArray: true }, values).stream()
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
      this.#connection[how](options, values, (error, rows, fields) => {
        this.#asked -= 1
        if (error) reject(serverError(error))
        else resolve({ rows: rows as Rows, fields: fields as Answer<Rows>['fields'] })
      })
    })
  }

  async #setLockTimeout(seconds: number, always = false): Promise<void> {
    if (seconds === this.#lockTimeout && !always) return
    await this.query(`SET SESSION innodb_lock_wait_timeout = ${seconds}`)
    this.#lockTimeout = seconds
  }

  /** A thread that has ended meanwhile is what was wanted. */
  async #kill(what: string): Promise<void> {
    await this.#ask('query', { sql: `KILL ${what}` }).catch((error: Error) => {
      if (!/unknown thread/i.test(error.message)) throw error
    })
  }
}
