import { OptionsError, StateError, WriteError } from '../errors.js'
import type { BatchSource, Run } from '../plan/batch.js'
import { openBatches } from '../plan/batch-source.js'
import type { PlanInput } from '../plan/plan-input.js'
import { Planner } from '../plan/planner.js'
import { planRows } from '../plan/table-rows.js'
import type { Change, ChangeCounts } from './change.js'
import { columnSums } from './column-sums.js'
import type { FingerprintTrack } from './fingerprint-track.js'
import { LedgerTable } from './ledger-table.js'
import { locateCommit } from './locate-commit.js'
import { numberOfGiven } from './given-key.js'
import type { GivenKey, Ledger, LedgerState, RowVersion } from './public-ledger.js'
import { rowHistory } from './row-history.js'
import { RunLog } from './run-log.js'
import type { Entry } from './table-history.js'
import type { TableReader } from './table-reader.js'
import type { Verification } from './verification.js'
import { verifyTables } from './verify.js'

/** How far a stream is. */
export interface Progress {
  /** Commits whose COMMIT was sent. */
  readonly sent: number
  /** Commits that the database has acknowledged. */
  readonly acknowledged: number
}

/**
 * The ledger as the rest of the engine has it; users get it sealed.
 *
 * It is computed from the plan: it plans the same batches as the writer does, up to the commit it is asked for.
 */
export class PlannedLedger implements Ledger {
  readonly #batches: BatchSource
  readonly #tables: readonly LedgerTable[]
  readonly #log = new RunLog()
  readonly #progress: Progress

  constructor(input: PlanInput, progress: Progress) {
    this.#batches = openBatches(input)
    this.#tables = planRows(input).map((rows) => new LedgerTable(rows))
    this.#progress = progress
    this.#record(Planner.baseline(input).runs)
  }

  /** The number of the last commit. */
  get commit(): number {
    return this.#progress.acknowledged
  }

  /** The names of the tables. */
  get tables(): readonly string[] {
    return this.#tables.map(({ name }) => name)
  }

  /**
   * What the tables contained after a commit; by default the last one.
   *
   * @throws StateError for a commit that was not made yet
   */
  at(commit: number = this.commit): LedgerState {
    this.#advance(commit)
    return Object.freeze({
      commit,
      count: (table: string) => this.#table(table).history.rowsAt(commit),
      rows: (table: string) => this.#table(table).rowsAt(commit),
      fingerprint: (table: string) => this.#wholeTrack(table).fingerprintAt(commit),
      sums: (table: string) => columnSums(this.#table(table), commit),
    })
  }

  /** How many changes of each kind a commit made, by table. */
  counts(commit: number): Readonly<Record<string, ChangeCounts>> {
    this.#advance(commit)
    return Object.fromEntries(this.#tables.map(({ name, history }) => [name, history.countsOf(commit)]))
  }

  /** The changes of a commit, in the order in which they were sent. */
  *changes(commit: number): Generator<Change> {
    this.#advance(commit)
    const cursors = this.#tables.map((table) => ({
      table,
      inserted: table.history.insertedBy(commit),
      changed: table.history.changedBy(commit),
    }))
    for (const { table: index, kind, isNext, changes } of this.#log.runsOf(commit)) {
      const { table, inserted, changed } = cursors[index]!
      for (let left = changes; left > 0; left--) {
        if (isNext) {
          const number = inserted.next().value as number
          yield table.change(kind, { number, before: undefined, after: 0 })
        } else {
          yield table.change(kind, changed.next().value as Entry)
        }
      }
    }
  }

  /** The changes of all commits after one and up to another, each with its commit. */
  *between(after: number, upTo: number): Generator<Change & { readonly commit: number }> {
    this.#advance(upTo)
    for (let commit = after + 1; commit <= upTo; commit++) {
      for (const change of this.changes(commit)) yield { ...change, commit }
    }
  }

  /** One row of a table, by its key. */
  row(table: string, key: GivenKey): { history(): RowVersion[] } {
    const found = this.#table(table)
    return {
      history: () => {
        this.#advance(this.commit)
        const number = numberOfGiven(found.rows, key)
        return number === undefined ? [] : rowHistory(found, number, this.commit)
      },
    }
  }

  /**
   * What a reader may see: a table up to the last commit whose COMMIT was sent. The database makes a commit visible
   * before its acknowledgement arrives here.
   *
   * @throws OptionsError for a table that the stream does not have
   */
  visible(table: string): { readonly table: LedgerTable; readonly until: number } {
    const found = this.#table(table)
    const until = Math.max(this.#progress.sent, this.commit)
    this.#advance(until, until)
    return { table: found, until }
  }

  /**
   * Compares tables with the ledger while reading them once; by default after the last commit.
   *
   * Rows that stood in a table before the stream are compared as far as they take part in it.
   */
  verify(reader: TableReader, options: { commit?: number; signal?: AbortSignal } = {}): Promise<Verification> {
    const commit = options.commit ?? this.commit
    this.#advance(commit)
    return verifyTables(this.#tables, reader, commit, options.signal)
  }

  /**
   * Compares tables of which it is not known how many commits were made with the commit after which they are as they are;
   * if there is none, with one that comes near.
   */
  locate(reader: TableReader, options: { last: number; signal?: AbortSignal }): Promise<Verification> {
    const { last, signal } = options
    const verify = (commit: number): Promise<Verification> => verifyTables(this.#tables, reader, commit, signal)
    const advance = (commit: number): number => {
      try {
        this.#advance(commit, last)
        return commit
      } catch (error) {
        // Keys are used up: no further commit was made.
        if (error instanceof WriteError) return this.#batches.commit
        throw error
      }
    }
    return locateCommit({ tables: this.#tables, advance, verify }, reader, last, signal)
  }

  #advance(commit: number, last = this.commit): void {
    if (!Number.isInteger(commit) || commit < 0 || commit > last) {
      throw new StateError(`Expected a commit from 0 to ${last}, the last one so far, got \`${commit}\`.`)
    }
    while (this.#batches.commit < commit) this.#record(this.#batches.next().runs)
  }

  #record(runs: readonly Run[]): void {
    this.#log.record(runs)
    this.#tables.forEach((table, index) => table.record(runs.filter((run) => run.table === index)))
  }

  #wholeTrack(name: string): FingerprintTrack {
    const table = this.#table(name)
    return table.track(table.whole)
  }

  #table(name: string): LedgerTable {
    const found = this.#tables.find((table) => table.name === name)
    if (!found) throw new OptionsError(`Expected a table of the stream (${this.tables.join(', ')}), got \`${name}\`.`)
    return found
  }
}
