import type { Client } from 'pg'
import type { Run } from '../../plan/batch.js'
import type { TableRows } from '../../plan/table-rows.js'
import { lockStatements } from './lock-statements.js'
import { PipelinedCopies } from './pipelined-copies.js'
import type { Session } from '../../writer/session.js'
import { TableWriter } from './table-writer.js'
import { isLostConnection } from '../transient.js'

/** How statements are sent. */
export interface Sending {
  /** Whether their transaction is open already. @default false */
  readonly isOpen?: boolean
  /** Milliseconds to wait for a lock in this transaction. @default what the session has */
  readonly lockTimeout?: number | undefined
  /** Called while the server is at work. */
  readonly meanwhile?: () => void
}

/** Sends the runs of batches, each as one statement. */
export class BatchStatements {
  readonly #rows: readonly TableRows[]
  readonly #schema: string
  readonly #locksWhole: readonly string[]
  readonly #tables: readonly TableWriter[]
  #at: number | undefined
  #copying: { readonly copies: PipelinedCopies; readonly runs: readonly Run[] } | undefined

  /** @param locksWhole the tables that UPDATE and DELETE lock whole until COMMIT */
  constructor(rows: readonly TableRows[], schema: string, locksWhole: readonly string[] = []) {
    this.#rows = rows
    this.#locksWhole = locksWhole
    this.#schema = schema
    this.#tables = rows.map((each) => new TableWriter(each, schema))
  }

  /** The table that the statement on its way changes, or that the one changes which failed last. */
  get at(): number | undefined {
    if (!this.#copying) return this.#at
    const { copies, runs } = this.#copying
    return runs[copies.at]?.table
  }

  /** Renders a run that is sent soon. To be called while the server is at work. */
  prepare(run: Run): void {
    this.#tables[run.table]!.prepare(run)
  }

  /** Sends runs and leaves their transaction open. Where that fails, nothing of it stays. */
  async send(session: Session, runs: readonly Run[], sending: Sending = {}): Promise<void> {
    const { client } = session
    const { isOpen = false, lockTimeout, meanwhile } = sending
    const begin = lockTimeout === undefined ? ['BEGIN'] : ['BEGIN', `SET LOCAL lock_timeout = ${lockTimeout}`]
    const before = [...(isOpen ? [] : begin), ...this.#lockStatements(runs)]
    // The first INSERTs take with them what comes before them.
    const first = this.#together(runs)
    try {
      if (before.length > 0 && first.length === 0) await client.query(before.join(';'))
      if (first.length > 0) await this.#copy(client, before, first, meanwhile)
      for (let sent = first.length; sent < runs.length;) {
        const next = this.#together(runs.slice(sent))
        if (next.length > 0) await this.#copy(client, [], next, meanwhile)
        else await this.#write(client, runs[sent]!, meanwhile)
        sent += Math.max(next.length, 1)
      }
      this.#at = undefined
    } catch (error) {
      if (!isLostConnection(error)) await client.query('ROLLBACK')
      throw error
    }
  }

  /** The first runs, as far as they are INSERTs that can be sent in one go. */
  #together(runs: readonly Run[]): readonly Run[] {
    const end = runs.findIndex((run) => !TableWriter.fitsInMemory(run) || run.kind !== 'insert')
    return end < 0 ? runs : runs.slice(0, end)
  }

  async #copy(
    client: Client,
    before: readonly string[],
    runs: readonly Run[],
    meanwhile: (() => void) | undefined,
  ): Promise<void> {
    const copies = new PipelinedCopies(
      before,
      runs.map((run) => this.#tables[run.table]!.copyOf(run)),
    )
    this.#copying = { copies, runs }
    client.query(copies)
    // When the socket has taken all.
    const idle = meanwhile && setImmediate(() => runs.forEach(meanwhile))
    try {
      const counts = await copies.done
      for (const [index, run] of runs.entries()) await this.#tables[run.table]!.expectCopied(client, run, counts[index])
      this.#copying = undefined
    } finally {
      clearImmediate(idle)
    }
  }

  async #write(client: Client, run: Run, meanwhile: (() => void) | undefined): Promise<void> {
    this.#at = run.table
    this.#copying = undefined
    await this.#tables[run.table]!.write(client, run, meanwhile)
  }

  /**
   * Where UPDATE and DELETE lock whole tables, a transaction that begins with a weaker lock and asks for the stronger
   * one later can deadlock with another that does the same (https://github.com/greenplum-db/gpdb/issues/10724).
   */
  #lockStatements(runs: readonly Run[]): string[] {
    const locking = runs.filter(({ table }) => this.#locksWhole.includes(this.#rows[table]!.definition.name))
    if (locking.every(({ kind }) => kind === 'insert')) return []
    return lockStatements(locking, this.#rows, this.#schema)
  }
}
