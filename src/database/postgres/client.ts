import type { DialectInfo } from '../dialect-info.js'
import type { Socket } from 'node:net'
import { Client } from 'pg'
import type { TableReader } from '../../ledger/table-reader.js'
import type { Cell } from '../../tables/column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
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
  Statement,
  TextAnswer,
} from '../client.js'
import { noAnswer } from '../connection/connect-error.js'
import { dialects } from '../dialects.js'
import { PostgresCatalog } from './catalog.js'
import { applySettings, introduce } from './apply-settings.js'
import { copyOut, readBack, sampleQuery, tableQuery } from './copy-out.js'
import { detectDialect } from './detect-dialect.js'
import { PostgresRunWriter } from './run-writer.js'
import { emptyingStatements } from './statements.js'
import { askForTexts } from './text-answer.js'

/** Milliseconds for the last words with a server. One whose connection is gone without a word never says its own. */
const LAST_WORDS = 2_000

const BY_BACKEND = `FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = coalesce($2, backend_start::text)`

const HOLDERS = `
  SELECT pid, objid::int8 AS id FROM pg_locks
   WHERE locktype = 'advisory' AND granted AND classid = ANY ($1::int8[]::oid[]) AND objid = ANY ($2::int8[]::oid[])
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** Follows who waits for whom to the end; a circle ends it as well. */
const WAITS = `
  WITH RECURSIVE waits (waiter, holder) AS (
    SELECT w, h FROM unnest($1::int4[]) AS w, unnest(pg_blocking_pids(w)) AS h
    UNION
    SELECT waiter, h FROM waits, unnest(pg_blocking_pids(holder)) AS h
  )
  SELECT waiter, array_agg(holder) AS holders FROM waits GROUP BY waiter`

/** A session of PostgreSQL's protocol, and so of Cloudberry as well. */
export class PostgresClient extends Client implements DatabaseClient {
  readonly catalog: PostgresCatalog = new PostgresCatalog(this)
  readonly driver: Client = this
  #info: DialectInfo | undefined

  get isIdle(): boolean {
    return this.getTransactionStatus() === 'I'
  }

  async describe(): Promise<DialectInfo> {
    return (this.#info ??= await detectDialect(this))
  }

  ask(statement: Statement): Promise<TextAnswer> {
    return askForTexts(this, statement)
  }

  async identify(): Promise<Backend> {
    // The view joins what is not needed here, and takes five times as long in a session that has just begun.
    const { rows } = await this.query<Backend>(
      'SELECT pid, backend_start::text AS start FROM pg_stat_get_activity(pg_backend_pid())',
    )
    return rows[0]!
  }

  async introduce(): Promise<Introduction> {
    return introduce(this, await this.describe())
  }

  async searchFirst(schema: string, searchPath: string): Promise<void> {
    // Not at the log-in, by the start-up parameter `options`: connection poolers refuse it.
    const path = [this.escapeIdentifier(schema), searchPath].filter((part) => part !== '').join(', ')
    await this.query(`SELECT set_config('search_path', $1, false)`, [path])
  }

  async reading<T>(read: () => Promise<T>, whole = false): Promise<T> {
    const { findingSettings } = dialects[(await this.describe()).name]
    const names = whole ? Object.keys(findingSettings) : []
    const resets = names.map((name) => `RESET ${this.escapeIdentifier(name)}`)
    await this.query([...resets, `SET TimeZone TO 'UTC'`].join(';'))
    const found = await read()
    await this.query('RESET TimeZone')
    if (whole) await applySettings(this, findingSettings)
    return found
  }

  async createSchema(schema: string): Promise<void> {
    await this.query(`CREATE SCHEMA IF NOT EXISTS ${this.escapeIdentifier(schema)}`)
  }

  async begin(): Promise<void> {
    await this.query('BEGIN')
  }

  async beginSnapshot(): Promise<void> {
    await this.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  }

  async checkDeferred(): Promise<void> {
    await this.query('SET CONSTRAINTS ALL IMMEDIATE')
  }

  runWriter(target: RunTarget): RunWriter {
    return new PostgresRunWriter(target)
  }

  commit(): Promise<string> {
    return this.query('COMMIT').then(({ command }) => command)
  }

  async rollBack(): Promise<void> {
    await this.query('ROLLBACK')
  }

  async empty(emptying: Emptying): Promise<void> {
    // In one round trip, and so in one transaction.
    await this.query(emptyingStatements(emptying).join('\n;\n'))
  }

  readBack(
    table: TableDefinition,
    schema: string,
    keys: readonly (readonly Cell[])[],
  ): Promise<ReadonlyMap<string, string>> {
    return readBack(this, table, schema, keys)
  }

  tableReader(schema: string): TableReader {
    return { read: (table, filter, signal) => copyOut(this, tableQuery(table, schema, filter), signal) }
  }

  sample(options: SampleOptions): AsyncIterable<Uint8Array> {
    return copyOut(this, sampleQuery(options), options.signal)
  }

  async tryLocks({ kind, ids, shared = false }: Locks): Promise<readonly boolean[]> {
    const lock = shared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
    const { rows } = await this.query<boolean[]>({
      // Without FROM, so that Cloudberry takes the locks on the coordinator.
      text: `SELECT ${ids.map((_, i) => `${lock}($1, $${i + 2})`).join(', ')}`,
      values: [kind, ...ids],
      rowMode: 'array',
    })
    return rows[0] ?? []
  }

  async lockHolders(kinds: readonly number[], ids: readonly number[]): Promise<readonly { pid: number; id: number }[]> {
    const { rows } = await this.query<{ pid: number; id: string }>(HOLDERS, [kinds, ids.map((id) => id >>> 0)])
    return rows.map(({ pid, id }) => ({ pid, id: Number(id) | 0 }))
  }

  async unlockAll(): Promise<void> {
    await this.query('SELECT pg_advisory_unlock_all()')
  }

  /** Of a cluster, what the coordinator knows: rows are locked on the segments, whose waits only a lock time-out tells (`seesRowLocks`). */
  async waits(pids: readonly number[]): Promise<LockWaits> {
    const { rows } = await this.query<{ waiter: number; holders: number[] }>(WAITS, [pids])
    return new Map(rows.map(({ waiter, holders }) => [waiter, holders]))
  }

  async cancelWait({ pid, start }: Backend): Promise<void> {
    await this.query(`SELECT pg_cancel_backend(pid) ${BY_BACKEND} AND wait_event_type = 'Lock'`, [pid, start])
  }

  /** A connection pooler may have given the process to this very session, and has ended its transaction before. */
  async endBackend({ pid, start }: Pick<Backend, 'pid'> & Partial<Backend>): Promise<void> {
    await this.query(`SELECT pg_terminate_backend(pid) ${BY_BACKEND} AND pid <> pg_backend_pid()`, [pid, start])
  }

  async isThere({ pid, start }: Backend): Promise<boolean> {
    const { rowCount } = await this.query(`SELECT 1 ${BY_BACKEND} AND pid <> pg_backend_pid()`, [pid, start])
    return rowCount !== 0
  }

  /**
   * It counts bytes and not calls, so no question of the session is without a bound: not one of somebody who holds the client
   * later, and not the last word of `end()`. A session that waits to be asked may be silent.
   */
  boundSilence(milliseconds: number): () => void {
    const { connection } = this
    // A stream without encryption, or the encrypted one that has taken its place.
    const stream = connection.stream as Socket
    const { timeout = 0 } = stream
    let answered = stream.bytesWritten
    const onAnswer = (): void => void (answered = stream.bytesWritten)
    const onSilence = (): void => {
      // It may be asked right now.
      if (stream.bytesWritten <= answered) return
      const heard = stream.bytesRead
      const judge = (): void => {
        if (stream.bytesRead === heard) stream.destroy(noAnswer(milliseconds))
      }
      // What came while this thread was at work is read first.
      setImmediate(() => setImmediate(judge))
    }
    // Before the client's own listener, which may send the next question at once.
    connection.prependListener('readyForQuery', onAnswer)
    // A listener that is given to `setTimeout` hears the first silence only, which may be one between two questions.
    stream.setTimeout(milliseconds).on('timeout', onSilence)
    return () => {
      connection.off('readyForQuery', onAnswer)
      stream.setTimeout(timeout).off('timeout', onSilence)
    }
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.on('notice', listener)
  }

  onEnd(listener: () => void): void {
    this.once('end', listener)
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.destroy(), LAST_WORDS)
    await this.end().catch(() => {})
    clearTimeout(timer)
  }

  destroy(reason?: Error): void {
    this.connection.stream.destroy(reason)
  }
}
