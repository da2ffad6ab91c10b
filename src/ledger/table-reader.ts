import type { Cell } from '../tables/column.js'
import type { TableDefinition } from '../tables/table-definition.js'

/** The rows of a table that the ledger accounts for. */
export interface KeyFilter {
  /** All keys whose ordinal is above this one, … */
  readonly above: number
  /** … up to and with this one if there is one, … */
  readonly upTo?: number
  /** … and these. */
  readonly among: readonly (readonly Cell[])[]
}

/** Reads tables for a comparison. */
export interface TableReader {
  /**
   * The rows in the text format of COPY, in any order and cut into chunks anywhere, with the columns in the order of
   * the definition and cast to its types. Rows that have no key, or one without an ordinal above 0, may be among them.
   */
  read(table: TableDefinition, filter: KeyFilter, signal?: AbortSignal): AsyncIterable<Uint8Array>
}
