import type { Catalog } from './catalog.js'
import type { DialectInfo } from './dialect-info.js'
import type { TableReader } from '../ledger/table-reader.js'
import type { Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import type { Cell, Column } from '../tables/column.js'
import type { TableDefinition } from '../tables/table-definition.js'
import type { Shard } from '../plan/shard.js'

/** Who can be asked in SQL: a session of ours, or one that a test holds. */
export interface SqlClient {
  query<Row = Record<string, unknown>>(sql: string | Statement, values?: readonly unknown[]): Promise<Answer<Row>>
}

export interface Statement {
  /** A session parses a statement of a name once. */
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export interface Answer<Row> {
  readonly rows: Row[]
  readonly rowCount: number | null
  /** The columns of the result, also where it has no rows. */
  readonly fields?: readonly { readonly name: string }[]
}

/** Rows as the server writes them. */
export interface TextAnswer {
  /** What values of other types than those of `Column` are compared as is `text`. */
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** A server process, told apart from a later one that has the same pid. */
export interface Backend {
  readonly pid: number
  readonly start: string
}

/** By server process that waits for a lock: all those that it waits for, be it for what they wait for themselves. */
export type LockWaits = ReadonlyMap<number, readonly number[]>

/** What a session is that writes the load. */
export interface Introduction {
  readonly backend: Backend
  readonly dialect: DialectInfo
  /** Its search path as it was logged in. */
  readonly searchPath: string
  /** What the server said about parameters that it refused. The stream does without them. */
  readonly refused: readonly string[]
  /** Whether it can tell who waits for a lock of whom, whatever the lock; else a lock time-out has to. */
  readonly seesWaits: boolean
}

/** The tables that runs are written to. */
export interface RunTarget {
  /** The rows of every table, in the plan's order. */
  readonly rows: readonly TableRows[]
  readonly schema: string
  /** The schema of their enums. @default schema */
  readonly enumSchema?: string
  /** The tables that UPDATE and DELETE lock whole until COMMIT. @default none */
  readonly locksWhole?: readonly string[] | undefined
}

/** How runs are sent. */
export interface Sending {
  /** Whether their transaction is open already; else it begins with them. @default false */
  readonly isOpen?: boolean
  /** Milliseconds to wait for a lock in this transaction. @default what the session has */
  readonly lockTimeout?: number | undefined
  /** Called while the server is at work. */
  readonly meanwhile?: () => void
}

/** Sends the runs of batches, each as one statement. It outlives the session: what it has rendered, another one can send. */
export interface RunWriter {
  /** The table that the statement on its way changes, or that the one changes which failed last. */
  readonly at: number | undefined
  /** Renders a run that is sent soon. To be called while the server is at work. */
  prepare(run: Run): void
  /** Sends runs and leaves their transaction open. Where that fails, nothing of it stays. */
  send(client: DatabaseClient, runs: readonly Run[], sending?: Sending): Promise<void>
}

/** What is emptied before a script is run. */
export interface Emptying {
  readonly schema: string
  readonly tables: readonly string[]
  /** Empty every table of the schema, instead of these tables. */
  readonly wholeSchema: boolean
  /** SQL that is run afterwards, in the same transaction. */
  readonly reset: readonly string[]
  /** Milliseconds to wait for sessions that hold locks on the tables. */
  readonly patience: number
}

/** What a server says beside its answers. */
export interface Notice {
  /** `WARNING`, `NOTICE` … */
  readonly severity?: string | undefined
  readonly message?: string | undefined
}

/** Advisory locks of one class. */
export interface Locks {
  readonly kind: number
  readonly ids: readonly number[]
  /** @default false */
  readonly shared?: boolean
}

/**
 * The port to a database: what a stream needs of an open session, whatever the dialect. Errors of a server have the SQLSTATE of
 * PostgreSQL as `code`, and a `severity`: so one rule says what can pass.
 */
export interface DatabaseClient extends SqlClient {
  readonly catalog: Catalog
  /** What its driver calls a connection, for who is given it. */
  readonly driver: unknown
  describe(): Promise<DialectInfo>
  /** Answers one statement with texts. */
  ask(statement: Statement): Promise<TextAnswer>
  identify(): Promise<Backend>
  /** Sets what a session needs that writes the load, and says what it is. */
  introduce(): Promise<Introduction>
  /** Lets names be found in a schema first, and after it where they were found before. */
  searchFirst(schema: string, searchPath: string): Promise<void>
  /**
   * Reads on a session that writes: values come as the ledger has them, and with `whole` tables are read as the server plans it by
   * itself. What throws leaves the session so.
   */
  reading<T>(read: () => Promise<T>, whole?: boolean): Promise<T>

  /** Creates a schema if there is none, in which names are found from then on where `searchFirst` was asked for. */
  createSchema(schema: string): Promise<void>

  begin(): Promise<void>
  /** Begins a transaction that only reads, and sees one state of all tables. */
  beginSnapshot(): Promise<void>
  /** Checks now what would be checked at COMMIT. */
  checkDeferred(): Promise<void>
  runWriter(target: RunTarget): RunWriter
  /** Sends COMMIT at once. Resolves to what was done: `COMMIT`, or `ROLLBACK`. */
  commit(): Promise<string>
  rollBack(): Promise<void>
  /** Empties tables, in one transaction. */
  empty(emptying: Emptying): Promise<void>
  /** Whether the session is in no transaction. */
  readonly isIdle: boolean

  /** Those rows of a table that have one of these keys, by key in words, as COPY writes them. */
  readBack(
    table: TableDefinition,
    schema: string,
    keys: readonly (readonly Cell[])[],
  ): Promise<ReadonlyMap<string, string>>
  /** Streams tables out. */
  tableReader(schema: string): TableReader
  /** Streams out the rows of a table whose keys have the lowest hashes, in the text format of COPY. */
  sample(options: SampleOptions): AsyncIterable<Uint8Array>

  /** Takes locks for as long as the session lives. Returns which of them it got. */
  tryLocks(locks: Locks): Promise<readonly boolean[]>
  /** Who holds locks of some classes. */
  lockHolders(kinds: readonly number[], ids: readonly number[]): Promise<readonly { pid: number; id: number }[]>
  unlockAll(): Promise<void>
  /** Which of some server processes wait for locks, and for whom. */
  waits(pids: readonly number[]): Promise<LockWaits>
  /** Ends what a server process is at work on, if it waits for a lock. */
  cancelWait(backend: Backend): Promise<void>
  /** Ends another server process; without its start, whichever has the pid. */
  endBackend(backend: Pick<Backend, 'pid'> & Partial<Backend>): Promise<void>
  /** Whether a server process other than the session's own is there. */
  isThere(backend: Backend): Promise<boolean>

  /** Destroys the session when it was asked something and hears nothing for so long. Returns what ends that. */
  boundSilence(milliseconds: number): () => void
  onNotice(listener: (notice: Notice) => void): void
  /** Calls a listener once, when the session has ended. */
  onEnd(listener: () => void): void
  /** Takes leave of the server. Never rejects, and does not wait for ever. */
  close(): Promise<void>
  /** Ends the session at once, without a word to the server. */
  destroy(reason?: Error): void
}

/** Which rows of a table are sampled. */
export interface SampleOptions {
  readonly schema: string
  readonly definition: TableDefinition
  /** The tables that exist whose rows hang on rows of this one. */
  readonly children: readonly TableDefinition[]
  /** Whether an index keeps the key unique; otherwise rows whose key is there twice are left out. */
  readonly keyUnique: boolean
  readonly seed: number
  readonly most: number
  /** Only rows with keys up to this one. @default all */
  readonly upTo?: number | undefined
  /** Only the share of one shard: each row belongs to exactly one. @default all */
  readonly shard?: Shard | undefined
  readonly signal?: AbortSignal | undefined
}
