import { StateError } from '../errors.js'
import type { Place } from '../wire/place.js'
import type { Exploration, FailedRun, TrialOptions } from './exploration.js'
import { type Explorable, type Patience, runBody } from './run-body.js'
import { aimsOf, evenly, type Trial } from './trial.js'

/** What of the job's places is tried. */
interface Setting extends TrialOptions {
  /** The runs to try, by the places of the job. */
  readonly trials: (places: readonly Place[]) => readonly Trial[]
  readonly signal?: AbortSignal | undefined
}

/** A run may take so many times as long as the one in which nothing is done; then it hangs. */
const PATIENCE = 10
const LEAST_PATIENCE = 5_000

/**
 * Runs a job again and again, each time from the same start, and something is done at another place of its conversation with the
 * database. Two runs come first, in which nothing is done: one in which connections and caches get warm, and one that says which
 * places there are.
 *
 * @throws what the body throws when nothing is done; StateError where it says nothing on its wire, or another time something else
 */
export async function explore(
  stage: Explorable,
  body: () => Promise<void>,
  { trials, within = Number.POSITIVE_INFINITY, requireAll = false, signal }: Setting,
): Promise<Exploration> {
  const begun = performance.now()
  await runBody(stage, body, [], { signal })
  const warm = performance.now()
  const reference = await runBody(stage, body, [], { signal })
  if (reference.error !== undefined) throw reference.error
  const { places } = reference.scene
  if (places.length === 0) {
    throw new StateError(
      'Expected the job to say something on its wire, got no statement. Let it connect with `job.connectionString`, or `job.env`.',
    )
  }
  const length = performance.now() - warm
  const patience = patienceOf(length)
  const wanted = trials(places)
  const room = Math.floor((within - (performance.now() - begun)) / length)
  const failed: FailedRun[] = []
  const blocked = new Map<string, Place>()
  let tried = 0
  for (const trial of evenly(wanted, Math.max(1, room))) {
    if (tried > 0 && performance.now() - begun + length > within) break
    const { scene, hung, ...run } = await runBody(stage, body, aimsOf(trial), { patience, signal })
    tried += 1
    const { passages } = scene
    for (const { place, outcome } of passages) if (outcome === 'blocked') blocked.set(place.id, place)
    const lost = trial.find(({ place }) => !passages.some((passage) => passage.place.id === place.id))
    const reason = passages.find(({ error }) => error !== undefined)?.error
    const error = run.error ?? (reason === undefined ? undefined : new StateError(reason))
    if (error) failed.push({ trial, passages, error })
    else if (lost) failed.push({ trial, passages, error: differs(places, scene.places, lost.place) })
    if (hung) break
  }
  if (requireAll && tried < wanted.length && failed.length === 0) {
    throw new StateError(
      `Expected all ${wanted.length} runs to be tried, got ${tried} in ${Math.round(performance.now() - begun)} ms. Give the test more time, or \`within\`.`,
    )
  }
  return { places, runs: wanted.length, tried, failed, blocked: [...blocked.values()] }
}

function patienceOf(length: number): Patience {
  return { most: Math.max(LEAST_PATIENCE, PATIENCE * length), why: `${PATIENCE} times as long as undisturbed` }
}

/** Where a run said something else than the undisturbed one, before it came to its place. */
function differs(reference: readonly Place[], said: readonly Place[], lost: Place): StateError {
  const at = reference.findIndex((place, index) => place.id !== said[index]?.id)
  const [before, now] = [reference[at], said[at]]
  const got = now ? `\`${now.statement}\`` : 'its end'
  return new StateError(
    `Expected the job to come to statement ${lost.number}, \`${lost.statement}\`, as undisturbed, ` +
      `got ${got} in place of statement ${before?.number}, \`${before?.statement}\`.`,
  )
}
