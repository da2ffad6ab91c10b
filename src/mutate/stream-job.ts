import type { ExplorableJob } from '../explore/exploration.js'
import type { JobMutation } from './job-mutation.js'
import type { MutationResult } from './mutation.js'

/** The connection of a job under test, which is seen message by message. */
export interface StreamJob extends ExplorableJob {
  /**
   * Runs the job once for each damage to what it says, each time from the same start. The body has to fail each time. All
   * tables of the stream's schema are emptied and put back: it has to be the stream's own.
   *
   * @throws SurvivorError that lists the damages that the body did not notice
   */
  mutate(body: () => Promise<void>, options?: JobMutation): Promise<MutationResult>
}
