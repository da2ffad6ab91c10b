import { Ledger } from '../../src/ledger/ledger.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

/** A ledger without a stream: told how many commits were made, all of them acknowledged. */
export function ledgerAt(input: PlanInput, commits: () => number): Ledger {
  return new Ledger(input, {
    get sent() {
      return commits()
    },
    get acknowledged() {
      return commits()
    },
  })
}
