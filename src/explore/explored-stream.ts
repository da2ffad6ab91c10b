import type { SqlClient } from '../database/client.js'
import type { Stage } from '../driver/stage.js'
import { StateError } from '../errors.js'
import type { ExplorableStream } from '../stream/explorable-stream.js'
import type { FailedRun } from './exploration.js'

/** What runs of a job need beside the body. */
export interface RunParts {
  readonly stream: ExplorableStream
  readonly stage: Stage
  /** The schema that is put back before each run. */
  readonly schema: string
  /** A schema for the copies, which does not exist. */
  readonly copies: string
  /** Calls `work` with a session that no job uses. */
  readonly admin: <T>(what: string, work: (client: SqlClient) => Promise<T>) => Promise<T>
  /** Takes what drops the copies. */
  readonly defer: (what: string, close: () => Promise<void>) => void
  readonly signal?: AbortSignal | undefined
}

/** What exploring needs beside the body. */
export interface ExploredStream extends RunParts {
  /** The command that makes a run again. */
  readonly again: (run: FailedRun) => string | undefined
  /** The one run that is to be made. */
  readonly only?: OneRun | undefined
}

/** A run as a token names it. */
export interface OneRun {
  /** The `id`s of its places. */
  readonly places: readonly string[]
  /** What is done there. */
  readonly done: string
}

/** Exploring makes the commits itself. */
export function expectIdle({ state }: ExplorableStream, by: string): void {
  if (state === 'idle') return
  throw new StateError(
    `Expected \`${by}\` on a stream that has not begun, got one that is ${state}. It makes the commits itself: leave \`start()\` and \`autoStart\` out.`,
  )
}
