import type { ChangeCounts } from '../ledger/change.js'
import type { CommitPoint } from './commit-point.js'

/** A batch that had to be tried again for one reason, or whose answer to COMMIT was lost. */
export interface Fault {
  readonly kind: 'retry' | 'resolved'
  /** In milliseconds since 1970. */
  readonly at: number
  readonly commit: number
  /** How many attempts failed one after the other for this reason; of a lost answer 1. */
  readonly times: number
  readonly text: string
}

/** What one stream did, or several, in bounded memory. Made of plain values, so that it can go to another process. */
export interface RunRecord extends ChangeCounts {
  readonly commits: number
  readonly retries: number
  /** COMMITs whose answer was lost and whose outcome was read back. */
  readonly resolved: number
  readonly tables: Readonly<Record<string, ChangeCounts>>
  /** When the first batch began and the last was answered, in milliseconds since 1970; null without a commit. */
  readonly began: number | null
  readonly ended: number | null
  readonly points: readonly CommitPoint[]
  /** The first ones; `retries` and `resolved` count all. */
  readonly faults: readonly Fault[]
}
