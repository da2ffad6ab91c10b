import type { MetCommits, Passage } from '../driver/scene.js'
import type { ConnectionOptions } from '../database/connection/connection.js'
import type { FaultKind } from '../wire/faults/fault.js'
import type { Place } from '../wire/place.js'
import type { WireStats } from '../wire/wire.js'
import type { Trial } from './trial.js'

/** Which runs are tried, and from where. */
export interface TrialOptions {
  /**
   * Milliseconds for all runs. Where there are more than that allows, they are taken evenly.
   * @default the rest of the test's time, but for 500 ms
   */
  readonly within?: number
  /** Fails when not all could be tried. @default false */
  readonly requireAll?: boolean
  /** Puts back what is not in the stream's schema: other databases, files, what the job remembers. Awaited before each run. */
  readonly reset?: () => Promise<void>
}

/** One run of a job that was not right. */
export interface FailedRun {
  /** What was done where. */
  readonly trial: Trial
  readonly passages: readonly Passage[]
  readonly error: Error
}

/** What came out. */
export interface Exploration {
  /** The places of the job, as it goes undisturbed. */
  readonly places: readonly Place[]
  /** How many runs there are to try, and how many were tried. */
  readonly runs: number
  readonly tried: number
  readonly failed: readonly FailedRun[]
  /** Places at which a commit waited for the job. */
  readonly blocked: readonly Place[]
  /** Places to which a job that reacts to what breaks did not come again, so that nothing broke there. */
  readonly missed: readonly Place[]
}

/** How a job is explored. */
export interface JobExploration extends TrialOptions {
  /** Commits that are made at a place. @default 1 */
  readonly commits?: number
  /** Makes them at two places, for all pairs of places, once each place alone was tried. @default false */
  readonly pairs?: boolean
  /**
   * The commit becomes visible late: others, with higher keys or with later stamps of a clock, were made before it. The stream
   * needs `lateCommit`, or a table with a `clock` that steps back. @default false
   */
  readonly late?: boolean
}

/**
 * Runs a job again and again, each time from the same start and with a commit of the stream at another place of what it says
 * on `job`.
 *
 * @returns how many runs there are to try, and how many were tried
 * @throws PlaceError that names the first place at which the body fails, with the command that makes that run again
 */
export type Explore = (
  body: () => Promise<void>,
  options?: JobExploration,
) => Promise<Pick<Exploration, 'runs' | 'tried'>>

/** How a job's connection is broken. */
export interface JobStrikes extends TrialOptions {
  /**
   * What breaks. Each kind is done at each place where it means something.
   * @default all but `late` and `half-open`, about which only a job with a time-out of its own can be right
   */
  readonly faults?: readonly FaultKind[] | 'all'
  /** Milliseconds by which an answer is `late`: more than the job waits. @default 1000 */
  readonly lateBy?: number
  /** Milliseconds for which a server that restarts refuses, from the job's first attempt on; that one is always refused. @default 100 */
  readonly restartFor?: number
}

/**
 * Runs a job again and again, each time from the same start, and its connection breaks at another place of what it says on `job`. The body
 * has to end right all the same. The stream makes no commits meanwhile.
 *
 * @returns how many runs there are to try, and how many were tried
 * @throws PlaceError that names the first place and fault at which the body fails, with the command that makes that run again
 */
export type Strike = (body: () => Promise<void>, options?: JobStrikes) => Promise<Pick<Exploration, 'runs' | 'tried'>>

/** What a job did on its wire. */
export interface JobStats extends WireStats, MetCommits {}

/** The connection of a job under test, which is seen message by message. */
export interface ExplorableJob extends AsyncDisposable {
  /** What the job connects with. It finds the stream's schema where it asks for it. */
  readonly connection: ConnectionOptions
  stats(): Promise<JobStats>
  /** All tables of the stream's schema are emptied and put back before each run: it has to be the stream's own. */
  readonly explore: Explore
  readonly strike: Strike
}
