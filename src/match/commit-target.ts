import type { Ledger } from '../ledger/public-ledger.js'
import type { TableState } from './table-state.js'

/** Which commits are considered. */
export interface CommitLimits {
  /** The first one. @default 0: what stood there before the first change */
  readonly since?: number
  /** The last one. @default the last one whose COMMIT was sent: a reader may see it before it is acknowledged */
  readonly until?: number
  /**
   * Takes no commit that is older than what the test knows of, as the matchers do: what was acknowledged when the `read()` that gave
   * the rows began, else the newest commit that a call of the stream has reported. Where `since` is given, that counts. @default false
   */
  readonly fresh?: boolean
}

/** The commits that what was read equals; between them nothing changed that it shows. */
export interface CommitRange {
  readonly first: number
  readonly last: number
}

/** A stream whose tables are asked for by their names. */
export interface TableSource {
  readonly ledger: Ledger
  table(name: string): TableState
}

/** What rows are compared with: one table, or several of one stream, each named in the object of rows. */
export type CommitTarget = TableState | TableSource | Readonly<Record<string, TableState>>
