import { isDeepStrictEqual } from 'node:util'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import type { StoreDay } from '../src/summary-view.js'
import { expectedSummary } from './expected-summary.js'

/**
 * The commit whose sales add up to a summary, or undefined if there is none. `before` is the ledger's last commit before
 * the summary was refreshed.
 */
export async function explainingCommit(
  stream: CdcStream,
  before: number,
  summary: readonly StoreDay[],
): Promise<number | undefined> {
  // A commit can be seen a moment before its acknowledgement has arrived here.
  const last = stream.ledger.commit + 1
  await stream.reached(last)
  for (let commit = before; commit <= last; commit++) {
    if (isDeepStrictEqual(expectedSummary(stream.ledger.at(commit).rows('store_sales_heap')), summary)) return commit
  }
  return undefined
}
