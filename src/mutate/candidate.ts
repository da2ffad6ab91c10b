import type { Damage } from '../wire/damage/damage.js'
import type { Place } from '../wire/place.js'

/** A damage to a job that can be tried. */
export interface Candidate {
  readonly place: Place
  readonly damage: Damage
  /** What is done, in words, such as `left out`. */
  readonly words: string
  /**
   * The places before which a commit of the stream is made, one run each. Without such a commit the damage makes no
   * difference. Empty: one run, and no commit.
   */
  readonly commitsAt: readonly Place[]
  /** For these, where the transaction begins: what the job shows when the data changes there is right as well. */
  readonly begin?: Place
}
