import { isDeepStrictEqual } from 'node:util'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import type { StoreDay } from '../src/summary-view.js'
import { expectedSummary } from './expected-summary.js'

/** The commit whose sales add up to a summary that `cdcStream.read()` returned, of those that it could see; undefined if there is none. */
export async function explainingCommit(stream: CdcStream, summary: readonly StoreDay[]): Promise<number | undefined> {
  const { since, until } = stream.readWindow(summary)!
  // A commit can be seen a moment before its acknowledgement has arrived here.
  await stream.reached(until)
  for (let commit = since; commit <= until; commit++) {
    if (isDeepStrictEqual(expectedSummary(stream.ledger.at(commit).rows('store_sales_heap')), summary)) return commit
  }
  return undefined
}
