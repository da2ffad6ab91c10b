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
} from '../client.js'
import type { DialectInfo } from '../dialect-info.js'
import type { SampleOptions } from '../sample-options.js'
import { lockHolders, tryLocks } from './advisory-locks.js'
import { applySettings } from './apply-settings.js'
import { cancelWait, endBackend, isThere, ownBackend } from './backends.js'
import { boundSilence } from './bound-silence.js'
import { copyOut } from './copy-out.js'
import { detectDialect } from './detect-dialect.js'
import { emptyTables } from './empty-tables.js'
import { introduce, searchFirst } from './introduce.js'
import { lockWaits } from './lock-waits.js'
import { readBack } from './read-back.js'
import { PostgresRunWriter } from './run-writer.js'
import { sampleQuery } from './sample-query.js'
import { PostgresTableReader } from './table-reader.js'

/** A session of PostgreSQL's protocol, and so of Cloudberry as well. */
export class PostgresClient extends Client implements DatabaseClient {
  #info: DialectInfo | undefined

  get isIdle(): boolean {
    return this.getTransactionStatus() === 'I'
  }

  async describe(): Promise<DialectInfo> {
    return (this.#info ??= await detectDialect(this))
  }

  identify(): Promise<Backend> {
    return ownBackend(this)
  }

  async introduce(): Promise<Introduction> {
    return introduce(this, await this.describe())
  }

  searchFirst(schema: string, searchPath: string): Promise<void> {
    return searchFirst(this, schema, searchPath)
  }

  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    await applySettings(this, settings)
  }

  async reset(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.query(names.map((name) => `RESET ${this.escapeIdentifier(name)}`).join(';'))
  }

  runWriter(target: RunTarget): RunWriter {
    return new PostgresRunWriter(target)
  }

  commit(): Promise<string> {
    return this.query('COMMIT').then(({ command }) => command)
  }

  empty(emptying: Emptying): Promise<void> {
    return emptyTables(this, emptying)
  }

  async rollBack(): Promise<void> {
    await this.query('ROLLBACK')
  }

  readBack(
    table: TableDefinition,
    schema: string,
    keys: readonly (readonly Cell[])[],
  ): Promise<ReadonlyMap<string, string>> {
    return readBack(this, table, schema, keys)
  }

  tableReader(schema: string): TableReader {
    return new PostgresTableReader(this, schema)
  }

  sample(options: SampleOptions): AsyncIterable<Uint8Array> {
    return copyOut(this, sampleQuery(options), options.signal)
  }

  tryLocks(locks: Locks): Promise<readonly boolean[]> {
    return tryLocks(this, locks)
  }

  lockHolders(kinds: readonly number[], ids: readonly number[]): Promise<readonly { pid: number; id: number }[]> {
    return lockHolders(this, kinds, ids)
  }

  async unlockAll(): Promise<void> {
    await this.query('SELECT pg_advisory_unlock_all()')
  }

  waits(pids: readonly number[]): Promise<LockWaits> {
    return lockWaits(this, pids)
  }

  cancelWait(backend: Backend): Promise<void> {
    return cancelWait(this, backend)
  }

  endBackend(backend: Pick<Backend, 'pid'> & Partial<Backend>): Promise<void> {
    return endBackend(this, backend)
  }

  isThere(backend: Backend): Promise<boolean> {
    return isThere(this, backend)
  }

  boundSilence(milliseconds: number): () => void {
    return boundSilence(this, milliseconds)
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.on('notice', listener)
  }

  onEnd(listener: () => void): void {
    this.once('end', listener)
  }

  destroy(reason?: Error): void {
    this.connection.stream.destroy(reason)
  }
}
