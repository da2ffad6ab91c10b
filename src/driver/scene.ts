import type { Fault } from '../wire/faults/fault.js'
import type { Place } from '../wire/place.js'
import type { Damage } from '../wire/damage/damage.js'
import type { Received, RecordedStatement } from '../wire/watch/watch.js'
import type { WireStats } from '../wire/wire.js'

/** What is done at a place. */
export type Deed =
  | { readonly done: 'commit'; readonly commits: number }
  /** The job may go on for so many milliseconds after it; then all its sessions are cut. */
  | { readonly done: 'strike'; readonly fault: Fault; readonly patience?: number }
  /** The statement is damaged, after so many commits. */
  | { readonly done: 'damage'; readonly damage: Damage; readonly commits?: number }

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

/** What is looked at while a job says it. */
export interface Watching {
  /** Keeps what the damages of later conversations need. @default false */
  readonly records?: boolean
  /** Milliseconds that the conversation may take. Then what the job does is cancelled, and all that it says is refused. */
  readonly patience?: number
}

/** What was seen of a conversation that was watched. */
export interface Watched {
  /** What the job received, in the order of the places. */
  readonly received: readonly Received[]
  /** All statements, if they were recorded. */
  readonly statements: readonly RecordedStatement[]
  /** Whether it took longer than it may. */
  readonly isOverdue: boolean
}

/** What a job said, and what was done meanwhile. */
export interface Scene {
  readonly places: readonly Place[]
  readonly passages: readonly Passage[]
  readonly stats: WireStats
  readonly watched?: Watched | undefined
}

/** Commits that a job has met. */
export interface MetCommits {
  /** Commits of the stream between the job's first statement and the answer to its last one. */
  readonly commits: number
  /** Those of them that inserted new rows below rows of earlier commits, as `lateCommit` and `longTransaction` make them. */
  readonly lateCommits: number
}
