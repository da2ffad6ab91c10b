import type { ClientBase } from 'pg'
import { OptionsError, StateError } from '../errors.js'
import type { ExplorableStream } from '../stream/explorable-stream.js'
import type { Stage } from '../stream/stage.js'
import type { Place } from '../wire/place.js'
import { placeError, scopeInWords } from './describe-exploration.js'
import type { Exploration, FailedRun, JobExploration } from './exploration.js'
import { explore } from './explore.js'
import type { Explorable } from './run-body.js'
import { saveTables } from './saved-tables.js'
import { findWarmUp } from './telling-commit.js'
import { commitTrials, type Trial } from './trial.js'

/** What exploring needs beside the body. */
export interface ExploredStream {
  readonly stream: ExplorableStream
  readonly stage: Stage
  /** The schema that is put back before each run. */
  readonly schema: string
  /** A schema for the copies, which does not exist. */
  readonly copies: string
  /** Calls `work` with a session that no job uses. */
  readonly admin: <T>(what: string, work: (client: ClientBase) => Promise<T>) => Promise<T>
  /** Takes what drops the copies. */
  readonly defer: (what: string, close: () => Promise<void>) => void
  /** The command that makes a run again. */
  readonly again: (run: FailedRun) => string | undefined
  /** The places of the one run that is to be made, by their `id`. */
  readonly only?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** What came out, with what there is to say about it. */
export interface Explored extends Exploration {
  readonly lines: readonly string[]
}

/**
 * Explores a job on a stream that has not begun. Afterwards everything is as before it.
 *
 * @throws PlaceError that names the first place at which the body fails
 * @throws what the body throws without commits; StateError, OptionsError for what cannot be explored
 */
export async function exploreStream(
  parts: ExploredStream,
  body: () => Promise<void>,
  { late = false, reset, commits = 1, pairs = false, ...rest }: JobExploration,
): Promise<Explored> {
  const { stream, stage, only, signal, again } = parts
  expectExplorable(stream, commits)
  const input = await stream.plan()
  const warmUp = findWarmUp(input, stream.batches - commits * (pairs ? 2 : 1) + 1, late)
  if (!warmUp) {
    throw new OptionsError(
      late
        ? 'Expected a stream with commits that become visible late, got one without. Set `lateCommit`, and enough `batches`.'
        : `Expected enough commits for a place, got a stream of ${stream.batches}. Set more \`batches\`.`,
    )
  }
  const restart = await sameStart(parts, reset)
  const begin: Explorable['begin'] = async (aims) => {
    await restart(warmUp.commits)
    await stage.begin(stream.driver, aims)
  }
  const trials = (places: readonly Place[]): readonly Trial[] => {
    const all = commitTrials(places, commits, pairs)
    return only ? [trialAt(all, only)] : all
  }
  const setting = { ...rest, trials, signal }
  const exploration = await explore({ begin, end: () => stage.end() }, body, setting).catch(async (error: unknown) => {
    await restart(0).catch(() => {})
    throw error
  })
  const facts = { commit: warmUp.commits + 1, commits, lacks: warmUp.lacks, again }
  const error = placeError(exploration, facts)
  const back = restart(0)
  if (error) {
    await back.catch(() => {})
    throw error
  }
  await back
  const { places, tried } = exploration
  const head = `Right in ${tried} runs, with a commit before each of ${places.length} statements.`
  return { ...exploration, lines: [head, ...scopeInWords(exploration, facts)] }
}

/** The run that failed, which is made again. */
function trialAt(trials: readonly Trial[], ids: readonly string[]): Trial {
  const found = trials.find((trial) => trial.map(({ place }) => place.id).join() === ids.join())
  if (found) return found
  throw new StateError(
    'Expected the job to say what it said when the run failed, got another conversation: the place is not in it.',
  )
}

export function expectExplorable({ state }: ExplorableStream, commits: number, by = 'explore'): void {
  if (!(Number.isInteger(commits) && commits >= 1)) {
    throw new OptionsError(`Expected \`commits\` to be an integer ≥ 1, got \`${commits}\`.`)
  }
  if (state === 'idle') return
  throw new StateError(
    `Expected \`${by}\` on a stream that has not begun, got one that is ${state}. It makes the commits itself: leave \`start()\` and \`autoStart\` out.`,
  )
}

/** Returns what puts back what the schema held, and makes the first commits. */
export async function sameStart(
  {
    stream,
    stage,
    schema,
    copies,
    admin,
    defer,
  }: Pick<ExploredStream, 'stream' | 'stage' | 'schema' | 'copies' | 'admin' | 'defer'>,
  reset: JobExploration['reset'],
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
