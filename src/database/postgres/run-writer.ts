import { Client } from 'pg'
import type { Run } from '../../plan/batch.js'
import type { DatabaseClient, RunTarget, RunWriter, Sending } from '../client.js'
import { PipelinedCopies } from './pipelined-copies.js'
import { TableWriter } from './table-writer.js'
import { isLostConnection } from '../transient.js'
import type { TableRows } from '../../plan/table-rows.js'
import { qualifiedName } from './quote.js'

/** Sends INSERTs by COPY, many in one round trip, and UPDATEs and DELETEs by arrays of keys. */
export class PostgresRunWriter implements RunWriter {
  readonly #target: RunTarget
  readonly #tables: readonly TableWriter[]
  #at: number | undefined
  #copying: { readonly copies: PipelinedCopies; readonly runs: readonly Run[] } | undefined

  constructor(target: RunTarget) {
    this.#target = target
    this.#tables = target.rows.map((each) => new TableWriter(each, target.schema, target.enumSchema))
  }

  get at(): number | undefined {
    if (!this.#copying) return this.#at
    const { copies, runs } = this.#copying
    return runs[copies.at]?.table
  }

  prepare(run: Run): void {
    this.#tables[run.table]!.prepare(run)
  }

  async send(client: DatabaseClient, runs: readonly Run[], sending: Sending = {}): Promise<void> {
    if (!(client instanceof Client)) throw new TypeError('Expected a session of PostgreSQL, got another one.')
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
    const { rows, schema, locksWhole = [] } = this.#target
    const locking = runs.filter(({ table }) => locksWhole.includes(rows[table]!.definition.name))
    if (locking.every(({ kind }) => kind === 'insert')) return []
    return lockStatements(locking, rows, schema)
  }
}

/** Locks every table of some changes in the strongest mode that they need there, in the order of the tables. */
export function lockStatements(changes: readonly Run[], rows: readonly TableRows[], schema: string): string[] {
  return rows.flatMap(({ definition }, index) => {
    const runs = changes.filter(({ table }) => table === index)
    if (runs.length === 0) return []
    const mode = runs.some(({ kind }) => kind !== 'insert') ? 'EXCLUSIVE' : 'ROW EXCLUSIVE'
    return [`LOCK TABLE ${qualifiedName(schema, definition.name)} IN ${mode} MODE`]
  })
}
