import type { CdcFixtures, CdcTestOptions } from 'vitest-cloudberry-cdc'

/** What a test hands to an exhibit. */
export type Context = Pick<CdcFixtures, 'cdcStream' | 'cloudberry' | 'job' | 'explore' | 'strike'>

/** A published bug, and how it is found. */
export interface Exhibit {
  readonly name: string
  /** The public report. */
  readonly report: string
  /** What a failure calls it. */
  readonly anomaly: string
  readonly options: CdcTestOptions
  /** Rejects with what the bug does. */
  readonly wrong: (context: Context) => Promise<void>
  /** The same with the mended job. */
  readonly mended: (context: Context) => Promise<void>
}

interface Bug<Job> extends Pick<Exhibit, 'name' | 'report' | 'anomaly' | 'options'> {
  readonly wrong: Job
  readonly mended: Job
  /** Runs a job while the orders change. Knows nothing of the bug: the same for both jobs. */
  readonly check: (job: Job, context: Context) => Promise<void>
}

export function exhibit<Job>({ wrong, mended, check, ...bug }: Bug<Job>): Exhibit {
  return { ...bug, wrong: (context) => check(wrong, context), mended: (context) => check(mended, context) }
}
