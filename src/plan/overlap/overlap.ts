/** The shapes of transactions that make jobs lose rows: how many there are of each. */
export interface Overlap {
  /** Transactions that are open at the same time. 1 is one after the other. */
  readonly writers: number
  /** Of the batches: a part of its INSERTs is committed after later batches. A share from 0 to 1. */
  readonly lateCommit: number
  /** Of the batches: is written and rolled back, and written again with other keys. A share from 0 to 1. */
  readonly rollback: number
  /** Batches during which a long transaction stays open, one after the other; 0 for none. */
  readonly longTransaction: number
}

export const noOverlap: Overlap = Object.freeze({ writers: 1, lateCommit: 0, rollback: 0, longTransaction: 0 })

/** The most batches by which a late commit is late. */
export const LATEST = 4

/** Completes the options; undefined where transactions come one after the other. */
export function resolveOverlap(given: { readonly [K in keyof Overlap]?: number | undefined }): Overlap | undefined {
  const { writers = 1, lateCommit = 0, rollback = 0, longTransaction = 0 } = given
  if (writers === 1 && lateCommit === 0 && rollback === 0 && longTransaction === 0) return undefined
  return Object.freeze({ writers, lateCommit, rollback, longTransaction })
}
