import { PlannedLedger } from '../../src/ledger/planned-ledger.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

/** A ledger without a stream: told how many commits were made, all of them acknowledged. */
export function ledgerAt(input: PlanInput, commits: () => number): PlannedLedger {
  return new PlannedLedger(input, {
    get sent() {
      return commits()
    },
    get acknowledged() {
      return commits()
    },
  })
}
