import { OptionsError, StateError } from '../errors.js'
import type { ChangeKind } from '../plan/batch.js'
import type { PlanInput } from '../plan/plan-input.js'
import { Planner } from '../plan/planner.js'
import { planRows } from '../plan/table-rows.js'
import type { Change, ChangeCounts, Row } from './change.js'
import { LedgerTable } from './ledger-table.js'
import type { TableReader } from './table-reader.js'
import type { Verification } from './verification.js'
import { verifyTables } from './verify.js'

/** What the tables contained after one commit. Nothing is computed before it is asked for. */
export interface LedgerState {
  readonly commit: number
  /** Rows of a table. */
  count(table: string): number
  /** The rows of a table, as `pg` returns them; in no order that a query promises. */
  rows(table: string): Iterable<Row>
  /** 32 hexadecimal digits that do not depend on the order of rows. */
  fingerprint(table: string): string
}

/**
 * What every table must contain after commit k, for every k that the database has accepted.
 *
 * The ledger is computed from the plan: it plans the same batches as the writer does, up to the commit it is asked for.
 */
export class Ledger {
  readonly #planner: Planner
  readonly #tables: readonly LedgerTable[]
  readonly #acknowledged: () => number

  /** @param acknowledged Says how many commits the database has accepted so far. */
  constructor(input: PlanInput, acknowledged: () => number) {
    this.#planner = new Planner(input)
    this.#tables = planRows(input).map((rows, index) => new LedgerTable(rows, input.baseline[index]!.images.length))
    this.#acknowledged = acknowledged
    this.#record(Planner.baseline(input).runs)
  }

  /** The number of the last commit. */
  get commit(): number {
    return this.#acknowledged()
  }

  /** The names of the tables. */
  get tables(): readonly string[] {
    return this.#tables.map(({ name }) => name)
  }

  /**
   * What the tables contained after a commit; the last one unless told otherwise.
   *
   * @throws StateError for a commit that was not made yet
   */
  at(commit: number = this.commit): LedgerState {
    this.#advance(commit)
    return Object.freeze({
      commit,
      count: (table: string) => this.#table(table).history.rowsAt(commit),
      rows: (table: string) => this.#table(table).rowsAt(commit),
      fingerprint: (table: string) => this.#table(table).fingerprintAt(commit),
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
    for (const { table, kind } of this.#runOrder()) yield* table.changes(kind, commit)
  }

  /**
   * Compares tables with the ledger while reading them once; the last commit unless told otherwise.
   *
   * Rows that stood in a table before the stream are compared as far as they take part in it.
   */
  verify(reader: TableReader, options: { commit?: number; signal?: AbortSignal } = {}): Promise<Verification> {
    const commit = options.commit ?? this.commit
    this.#advance(commit)
    return verifyTables(this.#tables, reader, commit, options.signal)
  }

  /** Children first for DELETEs, parents first for everything else: as the planner has it. */
  #runOrder(): { table: LedgerTable; kind: ChangeKind }[] {
    const all = (tables: readonly LedgerTable[], kind: ChangeKind) => tables.map((table) => ({ table, kind }))
    return [...all(this.#tables.toReversed(), 'delete'), ...all(this.#tables, 'update'), ...all(this.#tables, 'insert')]
  }

  #advance(commit: number): void {
    if (!Number.isInteger(commit) || commit < 0 || commit > this.commit) {
      throw new StateError(`Expected a commit from 0 to ${this.commit}, the last one so far, got \`${commit}\`.`)
    }
    while (this.#planner.commit < commit) this.#record(this.#planner.next().runs)
  }

  #record(runs: Parameters<LedgerTable['record']>[0]): void {
    this.#tables.forEach((table, index) => table.record(runs.filter((run) => run.table === index)))
  }

  #table(name: string): LedgerTable {
    const found = this.#tables.find((table) => table.name === name)
    if (!found) throw new OptionsError(`Expected a table of the stream (${this.tables.join(', ')}), got \`${name}\`.`)
    return found
  }
}
