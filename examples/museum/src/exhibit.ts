import type { CdcFixtures, CdcTestOptions } from 'vitest-cloudberry-cdc'

/** What a test hands to an exhibit. */
export type Context = Pick<CdcFixtures, 'cdcStream' | 'cloudberry' | 'job' | 'explore' | 'strike'>

type Check = (context: Context) => Promise<void>

/** A published bug, and how it is found. */
export interface Exhibit {
  readonly name: string
  /** The public report. */
  readonly report: string
  /** What a failure calls it. */
  readonly anomaly: string
  readonly options: CdcTestOptions
  /** Rejects with what the bug does. */
  readonly wrong: Check
  /** The same with the mended job. */
  readonly mended: Check
  /** The same with a job that does nothing: rejects, or the check would prove nothing. */
  readonly idle: Check
}

interface Bug<Job> extends Pick<Exhibit, 'name' | 'report' | 'anomaly' | 'options'> {
  readonly wrong: Job
  readonly mended: Job
  /** Runs a job while the orders change. Knows nothing of the bug: the same for all jobs. */
  readonly check: (job: Job, context: Context) => Promise<void>
}

export function exhibit<Job extends (...args: never[]) => Promise<unknown>>(bug: Bug<Job>): Exhibit {
  const { wrong, mended, check, ...rest } = bug
  const idle = (async () => []) as Job
  return {
    ...rest,
    wrong: (context) => check(wrong, context),
    mended: (context) => check(mended, context),
    idle: (context) => check(idle, context),
  }
}
