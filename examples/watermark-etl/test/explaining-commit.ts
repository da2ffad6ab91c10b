import { isDeepStrictEqual } from 'node:util'
import type { CdcStream } from 'vitest-cloudberry-cdc/engine'
import { type Sales, sourceAt } from './sales.js'

/**
 * The commit after which the source was what a job has copied, or undefined if there is none: then the job has mixed
 * the states of several commits. `before` is the ledger's last commit before the job began.
 */
export async function explainingCommit(stream: CdcStream, before: number, copy: Sales): Promise<number | undefined> {
  // A commit can be seen a moment before its acknowledgement has arrived here.
  const last = stream.ledger.commit + 1
  await stream.reached(last)
  for (let commit = before; commit <= last; commit++) {
    const rows = stream.ledger.at(commit).count('store_sales_heap')
    if (rows === copy.size && isDeepStrictEqual(sourceAt(stream, commit), copy)) return commit
  }
  return undefined
}
