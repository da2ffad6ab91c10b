import { setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import type { Aim, Scene } from '../driver/scene.js'
import type { Patience } from './patience.js'

/** What a job can be explored on. */
export interface Explorable {
  /** Puts everything back to the same start, and begins a conversation in which this is done. */
  begin(aims: readonly Aim[]): Promise<void>
  /** What the job has said, and what was done at the places. */
  end(): Promise<Scene>
}

/** What came out of one run. */
export interface BodyRun {
  readonly scene: Scene
  /** What the body threw, or that it did not end. */
  readonly error: Error | undefined
  readonly hung: boolean
}

/** Runs a body once from the same start. A body that hangs is left to itself. */
export async function runBody(
  stage: Explorable,
  body: () => Promise<void>,
  aims: readonly Aim[],
  { patience, signal }: { readonly patience?: Patience | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<BodyRun> {
  signal?.throwIfAborted()
  await stage.begin(aims)
  const bound = new AbortController()
  const outcome = body().then(
    () => ({ error: undefined, hung: false }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)), hung: false }),
  )
  const races: Promise<Omit<BodyRun, 'scene'>>[] = [outcome]
  if (patience) races.push(expire(patience, bound.signal))
  const run = await Promise.race(races)
  bound.abort()
  return { scene: await stage.end(), ...run }
}

async function expire({ most, why }: Patience, signal: AbortSignal): Promise<Omit<BodyRun, 'scene'>> {
  await delay(most, undefined, { signal }).catch(() => {})
  const error = new StateError(`Expected the body to end in ${Math.round(most)} ms, ${why}, got one that goes on.`)
  return { error, hung: true }
}
