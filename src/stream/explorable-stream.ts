import type { PlanInput } from '../plan/plan-input.js'
import type { StreamState } from './cdc-stream.js'
import type { Driver } from '../driver/driver.js'
import type { MetCommits } from '../driver/scene.js'
import type { Stage, StageOptions } from '../driver/stage.js'

/** What exploring a job needs of a stream, and no user gets. */
export interface ExplorableStream {
  readonly state: StreamState
  /** How many commits its plan has. */
  readonly batches: number
  /** What makes the commits of its plan, or of its last script. */
  readonly driver: Driver | undefined
  /** Connects, so that what stands in the tables is known. */
  plan(): Promise<PlanInput>
  /**
   * Begins the plan again: empties the tables, puts there what stood in them before, and makes commits again. What was read and
   * reported before is not of the tables that come now.
   *
   * @param refill SQL that does so, commit 0 included
   */
  again(commits: number, refill: readonly string[]): Promise<void>
  /** The commits that were acknowledged between two times, in milliseconds since 1970. */
  commitsBetween(first: number | undefined, last: number | undefined): MetCommits
  /** Opens a wire to its database, on the thread that makes its commits. Whoever opens it closes it. */
  openStage(options: StageOptions): Promise<Stage>
}
