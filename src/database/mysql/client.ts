import type {
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
  TextAnswer,
} from '../client.js'
import type { TableReader } from '../../ledger/table-reader.js'
import type { Cell } from '../../tables/column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { StateError } from '../../errors.js'
import { MysqlCatalog } from './catalog.js'
import { lockWaits } from './lock-waits.js'
import { lockHolders, tryLocks } from './named-locks.js'
import { quoteName, quoteText, tableName } from './quote.js'
import { readBack, sampleRows, tableRows } from './read-rows.js'
import { MysqlRunWriter } from './run-writer.js'
import { stateOf } from './server-error.js'
import { MysqlSession } from './session.js'

/**
 * What a session needs that writes the load: values that do not fit are errors, instants are in UTC, and a row is locked without
 * the gap beside it, in which other writers may have theirs (https://mariadb.com/kb/en/innodb-lock-modes/#gap-locks).
 */
const WRITING = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'`,
  `SET SESSION time_zone = '+00:00'`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]
/** With these, values are read as they are kept. */
export const READING = [`SET SESSION time_zone = '+00:00'`, `SET SESSION sql_mode = 'STRICT_ALL_TABLES'`]

/** A session of MySQL's protocol. A schema of the port is a database of MySQL. */
export class MysqlClient extends MysqlSession implements DatabaseClient {
  readonly catalog: MysqlCatalog = new MysqlCatalog(this)

  get driver(): unknown {
    return this.connection.promise()
  }

  ask(): Promise<TextAnswer> {
    return Promise.reject(
      new StateError('Expected a database of PostgreSQL for the results of queries, got one of MySQL.'),
    )
  }

  async introduce(): Promise<Introduction> {
    const { rows } = await this.query<{ found: string | null }>('SELECT database() AS found')
    for (const setting of WRITING) await this.query(setting)
    await this.setLockTimeout()
    const dialect = await this.describe()
    const seesWaits = await this.waits().then(
      () => true,
      () => false,
    )
    return { backend: await this.identify(), dialect, searchPath: rows[0]?.found ?? '', refused: [], seesWaits }
  }

  async searchFirst(schema: string): Promise<void> {
    // It may be created later on; nothing of ours depends on it then.
    await this.use(schema).catch((error: Error & { readonly code?: string }) => {
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

  /** There is nothing of the kind. */
  checkDeferred(): Promise<void> {
    return Promise.resolve()
  }

  runWriter(target: RunTarget): RunWriter {
    return new MysqlRunWriter(target)
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
    return readBack(this.streamed, table, schema, keys)
  }

  tableReader(schema: string): TableReader {
    return { read: (table, filter, signal) => tableRows(this.streamed, table, schema, filter, signal) }
  }

  sample(options: SampleOptions): AsyncIterable<Uint8Array> {
    return sampleRows(this.streamed, options)
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

  /** The server says nothing by itself. */
  onNotice(_listener: (notice: Notice) => void): void {}

  /** A thread that has ended meanwhile is what was wanted. */
  async #kill(what: string): Promise<void> {
    await this.query(`KILL ${what}`).catch((error: Error) => {
      if (!/unknown thread/i.test(error.message)) throw error
    })
  }
}
