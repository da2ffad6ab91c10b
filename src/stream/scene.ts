import type { Fault } from '../wire/faults/fault.js'
import type { Place } from '../wire/place.js'
import type { WireStats } from '../wire/wire-stats.js'

/** What is done at a place. */
export type Deed =
  | { readonly done: 'commit'; readonly commits: number }
  /** The job may go on for so many milliseconds after it; then all its sessions are cut. */
  | { readonly done: 'strike'; readonly fault: Fault; readonly patience?: number }

/** What is to be done where. */
export interface Aim {
  /** The `id` of the place. */
  readonly place: string
  readonly deed: Deed
}

/** What was done at a place. */
export interface Passage {
  readonly place: Place
  /**
   * `blocked`: a commit waited for a lock that the job holds, and was made once the job had let it go. `overdue`: the job
   * went on for longer than it may after a strike.
   */
  readonly outcome: 'made' | 'blocked' | 'struck' | 'overdue'
  /** Why it could not be done. */
  readonly error?: string | undefined
}

/** What a job said, and what was done meanwhile. */
export interface Scene {
  readonly places: readonly Place[]
  readonly passages: readonly Passage[]
  readonly stats: WireStats
}
