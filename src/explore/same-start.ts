import type { SqlClient } from '../database/client.js'
import { StateError } from '../errors.js'
import type { ExplorableStream } from '../stream/explorable-stream.js'
import type { Stage } from '../driver/stage.js'
import type { FailedRun } from './exploration.js'
import { saveTables } from './saved-tables.js'

/** What exploring needs beside the body. */
export interface ExploredStream {
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
  /** The command that makes a run again. */
  readonly again: (run: FailedRun) => string | undefined
  /** The one run that is to be made. */
  readonly only?: OneRun | undefined
  readonly signal?: AbortSignal | undefined
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

/** Returns what puts back what the schema held, and makes the first commits. */
export async function sameStart(
  { stream, stage, schema, copies, admin, defer }: Omit<ExploredStream, 'again' | 'only'>,
  reset: (() => Promise<void>) | undefined,
): Promise<(commits: number) => Promise<void>> {
  const { tables } = await stream.plan()
  const names = tables.map(({ definition }) => definition.name)
  const saved = await admin('save the tables beside the stream', (client) => saveTables(client, schema, copies, names))
  defer(`saved tables of ${schema}`, () =>
    admin('drop the saved tables', async (client) => void (await client.query(saved.forget))),
  )
  return async (commits) => {
    // What the job has left open would keep the tables from being emptied.
    await stage.settle()
    await stream.again(commits, saved.refill)
    await reset?.()
  }
}
