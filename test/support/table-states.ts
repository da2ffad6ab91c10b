import type { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import type { TableSource } from '../../src/match/commit-target.js'
import { NarrowedTable } from '../../src/match/narrowed-table.js'

/** The handles that a stream with this ledger gives. */
export function tablesOf(ledger: PlannedLedger): TableSource {
  return { ledger, table: (name) => new NarrowedTable({ ledger, moving: false }, name) }
}
