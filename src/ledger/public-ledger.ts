import type { ChangeKind } from '../plan/batch.js'
import type { Change, ChangeCounts, Row } from './change.js'

/** A key as users give it: what `pg` returns, or a list of that. */
export type GivenKey = string | number | bigint | readonly (string | number | bigint)[]

/** What a row became by one change. */
export interface RowVersion {
  /** 0 for a row that stood in the table before the first change. */
  readonly commit: number
  readonly kind: ChangeKind
  /** The row from then on; a DELETE leaves none. */
  readonly row: Row | undefined
}

/** A version of a row, and when it held. */
export interface RowPeriod {
  /** The key of the row, in words. */
  readonly key: string
  /** The commit that made it; 0 for a row that stood in the table before the first change. */
  readonly from: number
  /** The commit that changed or deleted it; undefined while it holds. */
  readonly to: number | undefined
  readonly row: Row
}

/** One change of a row, by the version that it left. */
export interface VersionChange {
  readonly commit: number
  readonly kind: ChangeKind
  /** Undefined after a DELETE. */
  readonly version: number | undefined
}

/** What the tables contained after one commit. Nothing is computed before it is asked for. */
export interface LedgerState {
  readonly commit: number
  /** Rows of a table. */
  count(table: string): number
  /** The rows of a table, as `pg` returns them; in no order that a query promises. */
  rows(table: string): Iterable<Row>
  /** 32 hexadecimal digits that do not depend on the order of rows. */
  fingerprint(table: string): string
  /** The sum of every column with numbers, as PostgreSQL's `sum` gives it; NULL where there is no value. */
  sums(table: string): Readonly<Record<string, string | null>>
}

/**
 * What every table must contain after commit k, for every k that the database has accepted. It only answers: nothing that
 * it has or gives lets its holder change what it knows.
 */
export interface Ledger {
  /** The number of the last commit. */
  readonly commit: number
  /** The names of the tables. */
  readonly tables: readonly string[]
  /**
   * What the tables contained after a commit; by default the last one.
   *
   * @throws StateError for a commit that was not made yet; OptionsError, once it is asked, for a table that is not there
   */
  at(commit?: number): LedgerState
  /** How many changes of each kind a commit made, by table. */
  counts(commit: number): Readonly<Record<string, ChangeCounts>>
  /** The changes of a commit, in the order in which they were sent. */
  changes(commit: number): Generator<Change>
  /** The changes of all commits after one and up to another, each with its commit. */
  between(after: number, upTo: number): Generator<Change & { readonly commit: number }>
  /** One row of a table, by its key: as `pg` returns it, a list for a key of several columns. */
  row(table: string, key: GivenKey): { history(): RowVersion[] }
}

/** A ledger as users get it. It lacks the methods of `PlannedLedger` that lead to its tables, which can be written. */
export function sealLedger(ledger: Ledger): Ledger {
  return Object.freeze({
    get commit() {
      return ledger.commit
    },
    get tables() {
      return ledger.tables
    },
    at: (commit?: number) => ledger.at(commit),
    counts: (commit: number) => ledger.counts(commit),
    changes: (commit: number) => ledger.changes(commit),
    between: (after: number, upTo: number) => ledger.between(after, upTo),
    row: (table: string, key: GivenKey) => ledger.row(table, key),
  })
}
