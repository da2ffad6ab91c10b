import type { Ledger } from '../../src/ledger/ledger.js'
import type { TableSource } from '../../src/match/match-commit.js'
import { TableState } from '../../src/match/table-state.js'

/** The handles that a stream with this ledger gives. */
export function tablesOf(ledger: Ledger): TableSource {
  return { ledger, table: (name) => new TableState({ ledger, moving: false }, name) }
}
