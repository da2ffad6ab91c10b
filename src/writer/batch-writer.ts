import pRetry from 'p-retry'
import { TargetError, WriteError } from '../errors.js'
import type { Batch, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { lockStatements } from './lock-statements.js'
import { wasCommitted } from './read-back.js'
import { RenderAhead } from './render-ahead.js'
import { type Backend, destroySession, openSession, type Session, type SessionOptions } from './session.js'
import { TableWriter } from './table-writer.js'
import { canPassAtCommit, isLostConnection, isTransient } from './transient.js'

/** What the writer tells while it works. */
export interface WriterEvents {
  /** COMMIT is about to be sent: from now on the batch may become visible. */
  commitSent(commit: number): void
  retry(commit: number, attempt: number, reason: string): void
  /** The answer to a COMMIT was lost, and the database has told what became of it. */
  resolved(commit: number, committed: boolean): void
}

/** How a writer works. */
export interface BatchWriterOptions extends SessionOptions {
  /** The rows of every table, in the plan's order. */
  readonly rows: readonly TableRows[]
  /** The tables that UPDATE and DELETE lock whole until COMMIT. @default none */
  readonly locksWhole?: readonly string[]
  /** Milliseconds for which what can pass is tried again. */
  readonly retryFor: number
  /** Milliseconds after which a session that answers nothing is given up: its other end may be gone without a word. */
  readonly answerWithin: number
  readonly events: WriterEvents
}

/**
 * Writes batches, each in one transaction and exactly once. What can pass (a lost connection, a deadlock, a server that
 * restarts) is tried again; where the answer to COMMIT is lost, the rows themselves tell whether it took effect.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions
  readonly #tables: readonly TableWriter[]
  #session: Session
  #lost = false
  /** Whether the COMMIT of the batch at hand was sent and not answered. */
  #inDoubt = false
  /** The error that answered the last COMMIT, if one did. */
  #refusal: Error | undefined
  #patient = true
  /** The batch whose statements were sent ahead of its turn, in a transaction that is still open. */
  #begun: number | undefined

  /** @param session An open session, which the writer takes over. */
  constructor(session: Session, options: BatchWriterOptions) {
    this.#session = session
    this.#options = options
    this.#tables = options.rows.map((rows) => new TableWriter(rows, options.connection.schema))
  }

  /** The server process that writes. */
  get backend(): Backend {
    return this.#session.backend
  }

  /**
   * Writes a batch, and returns whether it is committed: it is, unless `losePatience()` was called. When this throws, the
   * batch is not committed, or nobody can tell.
   *
   * @param upcoming The batch after it, if that is known: it is rendered while the server is at work
   * @throws WriteError
   */
  async write(batch: Batch, upcoming: () => Batch | undefined = () => undefined): Promise<boolean> {
    const { retryFor, events, signal } = this.#options
    const ahead = new RenderAhead(upcoming, this.#tables)
    this.#inDoubt = false
    try {
      await pRetry(() => this.#attempt(batch, ahead), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 20,
        maxTimeout: 1_000,
        factor: 2,
        randomize: true,
        maxRetryTime: retryFor,
        shouldRetry: ({ error }) => this.#canPass(error),
        onFailedAttempt: ({ error, attemptNumber }) => {
          if (this.#canPass(error)) events.retry(batch.commit, attemptNumber, error.message)
        },
        ...(signal ? { signal } : {}),
      })
      return true
    } catch (error) {
      if (!signal?.aborted && isTransient(error) && !this.#canPass(error)) return false
      throw this.#explain(batch, error)
    }
  }

  /**
   * Sends the statements of a batch ahead of its turn; `write` commits them. What fails here is done again then, and told
   * if it fails again.
   */
  async begin(batch: Batch): Promise<void> {
    if (this.#lost) return
    this.#inDoubt = false
    try {
      await this.#guard(() => this.#sendStatements(batch.runs))
      this.#begun = batch.commit
    } catch {
      // Told by `write`.
    }
  }

  /** Rolls back what `begin` sent; `write` sends it again. */
  async takeBack(): Promise<void> {
    if (this.#lost || this.#begun === undefined) return
    this.#begun = undefined
    try {
      await this.#guard(() => this.#session.client.query('ROLLBACK'))
    } catch {
      // A lost session shows when the batch is written.
    }
  }

  /** Writes changes and takes them back. What fails here is gone either way. */
  async rollBack(runs: readonly Run[]): Promise<void> {
    if (this.#lost) return
    this.#inDoubt = false
    try {
      await this.#guard(async () => {
        await this.#sendStatements(runs)
        await this.#session.client.query('ROLLBACK')
      })
    } catch {
      // A lost session shows when the next batch is written.
    }
  }

  /** Ends a transaction that was begun ahead of its turn, and with it its locks; it is done again when its turn comes. */
  withdraw(): void {
    if (this.#begun !== undefined) this.destroy()
  }

  /** From now on, a batch whose writing fails is given up. One whose COMMIT got no answer is still looked for. */
  losePatience(): void {
    this.#patient = false
  }

  /** Gives the session back, if it is still open. */
  release(): Session | undefined {
    if (this.#lost) return undefined
    this.#lost = true
    return this.#session
  }

  async close(): Promise<void> {
    if (this.#lost) return
    this.#lost = true
    await this.#session.client.end()
  }

  /** Ends the session at once; what is being written is given up. */
  destroy(): void {
    this.#lost = true
    this.#begun = undefined
    destroySession(this.#session.client)
  }

  #canPass(error: unknown): boolean {
    // Whatever answered a COMMIT, the rows have to tell what became of it.
    if (this.#inDoubt && error === this.#refusal) return true
    return isTransient(error) && (this.#patient || this.#inDoubt)
  }

  async #attempt(batch: Batch, ahead: RenderAhead): Promise<void> {
    if (this.#lost) await this.#reopen()
    if (this.#inDoubt) {
      const committed = await this.#guard(() => this.#resolve(batch))
      this.#inDoubt = false
      this.#options.events.resolved(batch.commit, committed)
      if (committed) return
      const refusal = this.#refusal
      this.#refusal = undefined
      if (refusal !== undefined && !canPassAtCommit(refusal)) throw refusal
    }
    await this.#guard(() => this.#transaction(batch, ahead))
  }

  async #transaction(batch: Batch, ahead: RenderAhead): Promise<void> {
    const { client } = this.#session
    const isOpen = this.#begun === batch.commit
    this.#begun = undefined
    if (!isOpen) await this.#sendStatements(batch.runs, ahead.one)
    this.#options.events.commitSent(batch.commit)
    this.#inDoubt = true
    this.#refusal = undefined
    const committing = client.query('COMMIT')
    ahead.rest()
    const { command } = await committing.catch((error: Error) => {
      this.#refusal = error
      throw error
    })
    this.#inDoubt = false
    if (command !== 'COMMIT') throw new WriteError(`Expected COMMIT to commit batch ${batch.commit}, got ${command}.`)
  }

  /**
   * Begins a transaction and leaves it open.
   *
   * @param meanwhile Called while the server is at work
   */
  async #sendStatements(runs: readonly Run[], meanwhile?: () => void): Promise<void> {
    const { client } = this.#session
    await client.query('BEGIN')
    try {
      await this.#lockTables(runs)
      for (const run of runs) await this.#tables[run.table]!.write(client, run, meanwhile)
    } catch (error) {
      if (!isLostConnection(error)) await client.query('ROLLBACK')
      throw error
    }
  }

  /**
   * Where UPDATE and DELETE lock whole tables, a transaction that begins with a weaker lock and asks for the stronger
   * one later can deadlock with another that does the same (https://github.com/greenplum-db/gpdb/issues/10724).
   */
  async #lockTables(runs: readonly Run[]): Promise<void> {
    const { rows, locksWhole = [], connection } = this.#options
    const locking = runs.filter(({ table }) => locksWhole.includes(rows[table]!.definition.name))
    if (locking.every(({ kind }) => kind === 'insert')) return
    for (const statement of lockStatements(locking, rows, connection.schema)) {
      await this.#session.client.query(statement)
    }
  }

  #resolve(batch: Batch): Promise<boolean> {
    return wasCommitted(this.#session.client, batch, this.#options.rows, this.#options.connection.schema)
  }

  async #reopen(): Promise<void> {
    this.#session = await openSession(this.#options, this.#session.backend)
    this.#lost = false
  }

  /** After an error in doubt the session is given up: waiting for its end is what settles the outcome. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    const watchdog = setTimeout(() => this.destroy(), this.#options.answerWithin)
    try {
      return await work()
    } catch (error) {
      if (this.#inDoubt || isLostConnection(error)) this.destroy()
      throw error
    } finally {
      clearTimeout(watchdog)
    }
  }

  #explain(batch: Batch, error: unknown): Error {
    const { signal, retryFor } = this.#options
    const transient = isTransient(error)
    if (signal?.aborted || error instanceof WriteError || (error instanceof TargetError && !transient)) {
      return error as Error
    }
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    const tried = transient ? ` in ${retryFor} ms` : ''
    const doubt = this.#inDoubt ? ' Whether it was committed is not known.' : ''
    return new WriteError(`Expected to write batch ${batch.commit}${tried}, got: ${reason}.${doubt}`, { cause: error })
  }
}
