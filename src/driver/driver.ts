import type { TableBaseline } from '../plan/plan-input.js'
import type { TablesToPrepare } from '../preflight/prepare-tables.js'
import type { StreamEvent } from './stream-event.js'

/** What a driver needs; everything but inline table definitions can cross to another thread. */
export interface DriverOptions extends TablesToPrepare {
  /** Rows of every table to write as commit 0. */
  readonly baselineRows: number
  readonly counters: SharedArrayBuffer
  /** For a script that `run()` executes. */
  readonly rerun?: Rerun | undefined
}

/** How the tables are emptied before a script, or before a plan that begins again. */
export interface Rerun {
  /** Empty every table of the schema, instead of the stream's own, which have to be empty at first. */
  readonly wholeSchema: boolean
  /** SQL that is run afterwards. */
  readonly reset: readonly string[]
  /** What stood in the tables of a plan that begins again. `reset` puts it there, and the rows of commit 0. */
  readonly baseline?: readonly TableBaseline[] | undefined
}

/** What a driver tells. `ended` comes last and once, with the error if one ended the stream. */
export type DriverEvent = StreamEvent | { readonly type: 'ended'; readonly error?: Error | undefined }

/** Writes a stream's batches; on the caller's thread or on another one, with the same behaviour. */
export interface Driver {
  /**
   * Connects, checks the tables and reads what stands there, in their order: their definitions cannot cross to another
   * thread. To be called first, and once.
   */
  prepare(): Promise<readonly TableBaseline[]>
  /** Begins or resumes the paced load. */
  run(): Promise<void>
  /** Resolves when the batch in flight is committed and the load stands still. */
  pause(): Promise<void>
  /** Makes so many commits at once. Not while the load runs. */
  step(commits: number): Promise<void>
  /** Changes the pace to so many changes a second, at once. */
  setRate(changesPerSecond: number): Promise<void>
  /** Resolves when no transaction is open; no batch begins before `release()`, whether the load runs or stands still. */
  hold(): Promise<void>
  release(): Promise<void>
  /** Finishes the batch in flight and ends. A batch that the server does not take is given up. */
  stop(): Promise<void>
  /** Ends at once; the batch in flight is given up. */
  abort(): Promise<void>
}
