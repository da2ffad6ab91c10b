import type { Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { lockStatements } from './lock-statements.js'
import type { Session } from './session.js'
import { TableWriter } from './table-writer.js'
import { isLostConnection } from './transient.js'

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

  /** @param locksWhole the tables that UPDATE and DELETE lock whole until COMMIT */
  constructor(rows: readonly TableRows[], schema: string, locksWhole: readonly string[] = []) {
    this.#rows = rows
    this.#locksWhole = locksWhole
    this.#schema = schema
    this.#tables = rows.map((each) => new TableWriter(each, schema))
  }

  /** The table that the statement on its way changes, or that the one changes which failed last. */
  get at(): number | undefined {
    return this.#at
  }

  /** Renders a run that is sent soon. To be called while the server is at work. */
  prepare(run: Run): void {
    this.#tables[run.table]!.prepare(run)
  }

  /** Sends runs and leaves their transaction open. Where that fails, nothing of it stays. */
  async send(session: Session, runs: readonly Run[], sending: Sending = {}): Promise<void> {
    const { client } = session
    const { isOpen = false, lockTimeout, meanwhile } = sending
    if (!isOpen) {
      await client.query(lockTimeout === undefined ? 'BEGIN' : `BEGIN; SET LOCAL lock_timeout = ${lockTimeout}`)
    }
    try {
      await this.#lockTables(session, runs)
      for (const run of runs) {
        this.#at = run.table
        await this.#tables[run.table]!.write(client, run, meanwhile)
      }
      this.#at = undefined
    } catch (error) {
      if (!isLostConnection(error)) await client.query('ROLLBACK')
      throw error
    }
  }

  /**
   * Where UPDATE and DELETE lock whole tables, a transaction that begins with a weaker lock and asks for the stronger
   * one later can deadlock with another that does the same (https://github.com/greenplum-db/gpdb/issues/10724).
   */
  async #lockTables({ client }: Session, runs: readonly Run[]): Promise<void> {
    const locking = runs.filter(({ table }) => this.#locksWhole.includes(this.#rows[table]!.definition.name))
    if (locking.every(({ kind }) => kind === 'insert')) return
    for (const statement of lockStatements(locking, this.#rows, this.#schema)) await client.query(statement)
  }
}
