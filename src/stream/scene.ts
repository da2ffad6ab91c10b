import type { Place } from '../wire/place.js'
import type { WireStats } from '../wire/wire-stats.js'

/** What is done at a place. */
export type Deed = { readonly done: 'commit'; readonly commits: number }

/** What is to be done where. */
export interface Aim {
  /** The `id` of the place. */
  readonly place: string
  readonly deed: Deed
}

/** What was done at a place. */
export interface Passage {
  readonly place: Place
  /** `blocked`: a commit waited for a lock that the job holds, and was made once the job had let it go. */
  readonly outcome: 'made' | 'blocked'
  /** Why it could not be done. */
  readonly error?: string | undefined
}

/** What a job said, and what was done meanwhile. */
export interface Scene {
  readonly places: readonly Place[]
  readonly passages: readonly Passage[]
  readonly stats: WireStats
}
