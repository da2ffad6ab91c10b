import { setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import type { Aim, Scene, Watching } from '../driver/scene.js'

/** What a job can be explored on. */
export interface Explorable {
  /** Puts everything back to the same start, and begins a conversation in which this is done. */
  begin(aims: readonly Aim[], watching?: Watching): Promise<void>
  /** What the job has said, and what was done at the places. */
  end(): Promise<Scene>
}

/** How long a body may take. */
export interface Patience {
  /** Milliseconds. */
  readonly most: number
  /** How that comes about, for the error. */
  readonly why: string
}

interface RunSetting {
  /** @default for ever */
  readonly patience?: Patience | undefined
  readonly watching?: Watching | undefined
  readonly signal: AbortSignal | undefined
}

/** What came out of one run. */
export interface BodyRun {
  readonly scene: Scene
  /** What the body threw, or that it did not end. */
  readonly error: Error | undefined
  readonly hung: boolean
  /** How long it took, from the same start on. */
  readonly milliseconds: number
}

/** Runs a body once from the same start. A body that hangs is left to itself. */
export async function runBody(
  stage: Explorable,
  body: () => Promise<void>,
  aims: readonly Aim[],
  { patience, watching, signal }: RunSetting,
): Promise<BodyRun> {
  signal?.throwIfAborted()
  await stage.begin(aims, watching)
  const begun = performance.now()
  const bound = new AbortController()
  const outcome = body().then(
    () => ({ error: undefined, hung: false }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)), hung: false }),
  )
  const run = await (patience ? Promise.race([outcome, expire(patience, bound.signal)]) : outcome)
  bound.abort()
  return { scene: await stage.end(), ...run, milliseconds: performance.now() - begun }
}

async function expire({ most, why }: Patience, signal: AbortSignal): Promise<Pick<BodyRun, 'error' | 'hung'>> {
  await delay(most, undefined, { signal }).catch(() => {})
  const error = new StateError(`Expected the body to end in ${Math.round(most)} ms, ${why}, got one that goes on.`)
  return { error, hung: true }
}

/** A job of which nothing comes over its wire. */
export function nothingSaid(): StateError {
  return new StateError(
    'Expected the job to say something on its wire, got no statement. Let it connect with `job.connectionString`, or `job.env`.',
  )
}
