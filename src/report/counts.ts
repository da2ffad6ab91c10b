import type { ChangeCounts } from '../ledger/change.js'

/** No changes at all. */
export const noCounts: ChangeCounts = { inserts: 0, updates: 0, deletes: 0 }

/** The changes of both. */
export function addCounts(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return { inserts: a.inserts + b.inserts, updates: a.updates + b.updates, deletes: a.deletes + b.deletes }
}
