import type { PlannedLedger } from './planned-ledger.js'
import type { Ledger } from './public-ledger.js'

/** A ledger as users get it. The methods of our own that lead to its tables, which can be written, are not on it. */
export function sealLedger(ledger: PlannedLedger): Ledger {
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
    row: (table: string, key: string | number | bigint) => ledger.row(table, key),
  })
}
