import type { SqlClient } from '../database/client.js'
import type { Stage } from '../driver/stage.js'
import { StateError } from '../errors.js'
import type { ExplorableStream } from '../stream/explorable-stream.js'
import type { FailedRun } from './exploration.js'
import type { Explorable } from './run-body.js'
import { saveTables } from './saved-tables.js'

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

/**
 * Calls `work` with what makes runs, each from the same start: what the schema holds now, and the first commits. Afterwards
 * everything is as before it.
 *
 * @param commits how many are made before each run
 * @param reset puts back what is not in the schema
 */
export async function fromOneStart<T>(
  { stream, stage, schema, copies, admin, defer }: RunParts,
  commits: number,
  reset: (() => Promise<void>) | undefined,
  work: (runs: Explorable) => Promise<T>,
): Promise<T> {
  const { tables } = await stream.plan()
  const names = tables.map(({ definition }) => definition.name)
  const saved = await admin('save the tables beside the stream', (client) => saveTables(client, schema, copies, names))
  defer(`saved tables of ${schema}`, () =>
    admin('drop the saved tables', async (client) => void (await client.query(saved.forget))),
  )
  const restart = async (made: number): Promise<void> => {
    // What the job has left open would keep the tables from being emptied.
    await stage.settle()
    await stream.again(made, saved.refill)
    await reset?.()
  }
  const begin: Explorable['begin'] = async (aims, watching) => {
    await restart(commits)
    await stage.begin(stream.driver, aims, watching)
  }
  let result: T
  try {
    result = await work({ begin, end: () => stage.end() })
  } catch (error) {
    await restart(0).catch(() => {})
    throw error
  }
  await restart(0)
  return result
}
