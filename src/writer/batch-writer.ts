import pRetry from 'p-retry'
import { TargetError, WriteError } from '../errors.js'
import type { Batch, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import type { Backend, RunWriter } from '../database/client.js'
import { wasCommitted } from './read-back.js'
import { RenderAhead } from './render-ahead.js'
import { openSession, type Session, type SessionOptions, soon, within } from './session.js'
import { BACK_OFF } from './retry.js'
import { canPassAtCommit, isLostConnection, isTransient } from '../database/transient.js'

/** What the writer tells while it works. */
export interface WriterEvents {
  /** COMMIT is about to be sent: from now on the batch may become visible. */
  commitSent(commit: number): void
  /** Awaited before the batch is tried again. */
  retry(commit: number, attempt: number, error: Error): Promise<void>
  /** The answer to a COMMIT was lost, and the database has told what became of it. */
  resolved(commit: number, committed: boolean): void
}

export interface BatchWriterOptions extends SessionOptions {
  /** The rows of every table, in the plan's order. */
  readonly rows: readonly TableRows[]
  /** The tables that UPDATE and DELETE lock whole until COMMIT. @default none */
  readonly locksWhole?: readonly string[]
  /** Milliseconds for which what can pass is tried again. */
  readonly retryFor: number
  readonly events: WriterEvents
}

/** What is known when a batch is written. */
export interface Writing {
  /** The batch after it, if that is known: it is rendered while the server is at work. */
  readonly upcoming?: () => Batch | undefined
  /** Milliseconds to wait for a lock at the first attempt. @default what the session has */
  readonly lockTimeout?: number | undefined
}

/**
 * Writes batches, each in one transaction and exactly once. What can pass (a lost connection, a deadlock, a server that
 * restarts) is tried again; where the answer to COMMIT is lost, the rows themselves tell whether it took effect.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions
  readonly #runs: RunWriter
  #session: Session
  #lost = false
  /** Whether the COMMIT of the batch at hand was sent and not answered. */
  #inDoubt = false
  /** The error that answered the last COMMIT, if one did. */
  #refusal: Error | undefined
  #patient = true
  /** The first runs of a batch, which were sent ahead of its turn, in a transaction that is still open. */
  #begun: { readonly commit: number; readonly runs: number } | undefined

  /** @param session An open session, which the writer takes over. */
  constructor(session: Session, options: BatchWriterOptions) {
    this.#session = session
    this.#options = options
    const { rows, locksWhole, connection } = options
    this.#runs = session.client.runWriter({ rows, schema: connection.schema, locksWhole })
  }

  /** The server process that writes. */
  get backend(): Backend {
    return this.#session.backend
  }

  /** Whether the session is gone; it is opened again when a batch is written. */
  get isLost(): boolean {
    return this.#lost
  }

  /** The table that the statement at work changes, or that the one changes which failed last. */
  get at(): number | undefined {
    return this.#runs.at
  }

  /**
   * Writes a batch, and returns whether it is committed: it is, unless `stopRetrying()` was called. When this throws, the
   * batch is not committed, or nobody can tell.
   *
   * @throws WriteError
   */
  async write(batch: Batch, { upcoming = () => undefined, lockTimeout }: Writing = {}): Promise<boolean> {
    const { retryFor, events, signal } = this.#options
    const ahead = new RenderAhead(upcoming, this.#runs)
    this.#inDoubt = false
    try {
      await pRetry((attempt) => this.#attempt(batch, ahead, attempt === 1 ? lockTimeout : undefined), {
        ...BACK_OFF,
        maxRetryTime: retryFor,
        shouldRetry: ({ error }) => this.#canPass(error),
        onFailedAttempt: async ({ error, attemptNumber }) => {
          if (this.#canPass(error)) await events.retry(batch.commit, attemptNumber, error)
        },
        signal,
      })
      return true
    } catch (error) {
      if (!signal?.aborted && isTransient(error) && !this.#canPass(error)) return false
      throw this.#explain(batch, error)
    }
  }

  /**
   * Sends the first runs of a batch ahead of its turn; `write` sends the rest and commits. Returns false where that fails:
   * then nothing of it stays, and all is sent, and told if it fails again, when its turn comes.
   */
  async begin(batch: Batch, runs: number, lockTimeout?: number): Promise<boolean> {
    this.#inDoubt = false
    try {
      if (this.#lost) await this.#reopen()
      await this.#guard(() => this.#runs.send(this.#session.client, batch.runs.slice(0, runs), { lockTimeout }))
      this.#begun = { commit: batch.commit, runs }
      return true
    } catch {
      return false
    }
  }

  /** Rolls back what `begin` sent; `write` sends it again. */
  async takeBack(): Promise<void> {
    if (this.#lost || !this.#begun) return
    this.#begun = undefined
    const { client } = this.#session
    await within(client, soon(this.#options), undefined, () => client.rollBack()).catch(() => this.destroy())
  }

  /** Writes changes and takes them back. What fails here is gone either way; a lost session shows in the next batch. */
  async rollBack(runs: readonly Run[]): Promise<void> {
    if (this.#lost) return
    this.#inDoubt = false
    try {
      await this.#guard(async () => {
        await this.#runs.send(this.#session.client, runs)
        await this.#session.client.rollBack()
      })
    } catch {
      // Nothing is left of it.
    }
  }

  /** From now on, a batch whose writing fails is given up. One whose COMMIT got no answer is still looked for. */
  stopRetrying(): void {
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
    await this.#session.client.close()
  }

  /** Ends the session at once; what is being written is given up. */
  destroy(): void {
    this.#lost = true
    this.#begun = undefined
    this.#session.client.destroy()
  }

  #canPass(error: unknown): boolean {
    // Whatever answered a COMMIT, the rows have to tell what became of it.
    if (this.#inDoubt && error === this.#refusal) return true
    return isTransient(error) && (this.#patient || this.#inDoubt)
  }

  async #attempt(batch: Batch, ahead: RenderAhead, lockTimeout: number | undefined): Promise<void> {
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
    await this.#guard(() => this.#transaction(batch, ahead, lockTimeout))
  }

  async #transaction(batch: Batch, ahead: RenderAhead, lockTimeout: number | undefined): Promise<void> {
    const { client } = this.#session
    const sent = this.#begun?.commit === batch.commit ? this.#begun.runs : undefined
    this.#begun = undefined
    const sending = { isOpen: sent !== undefined, lockTimeout, meanwhile: ahead.one }
    await this.#runs.send(this.#session.client, batch.runs.slice(sent), sending)
    this.#options.events.commitSent(batch.commit)
    this.#inDoubt = true
    this.#refusal = undefined
    const committing = client.commit()
    ahead.rest()
    const done = await committing.catch((error: Error) => {
      this.#refusal = error
      throw error
    })
    this.#inDoubt = false
    if (done !== 'COMMIT') throw new WriteError(`Expected COMMIT to commit batch ${batch.commit}, got ${done}.`)
  }

  #resolve(batch: Batch): Promise<boolean> {
    const { client } = this.#session
    const { rows, connection } = this.#options
    return client.reading(() => wasCommitted(client, batch, rows, connection.schema))
  }

  async #reopen(): Promise<void> {
    this.#session = await openSession(this.#options, this.#session.backend)
    this.#lost = false
  }

  /** After an error in doubt the session is given up: waiting for its end is what settles the outcome. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#inDoubt || isLostConnection(error)) this.destroy()
      throw error
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
