import { StateError } from '../errors.js'
import type { Passage, Scene } from '../driver/scene.js'
import { oneLine } from '../database/one-line.js'
import type { Place } from '../wire/place.js'
import type { Exploration, FailedRun, TrialOptions } from './exploration.js'
import { type Explorable, nothingSaid, type Patience, runBody } from './run-body.js'
import { aimsOf, evenly, spread, type Trial } from './trial.js'

/** Characters of what a job said that was cut off; all of it is the cause. */
const LONGEST_MESSAGE = 200

/** What of the job's places is tried. */
interface Setting extends TrialOptions {
  /** The runs to try, by what the job says. */
  readonly trials: (reference: Scene) => readonly Trial[]
  /**
   * Whether the job says something else when something breaks, and may take longer by so many milliseconds. Otherwise a run that does not
   * come to its place is wrong.
   */
  readonly breaks?: { readonly longer: number } | undefined
  readonly signal?: AbortSignal | undefined
}

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
  { trials, breaks, within = Number.POSITIVE_INFINITY, requireAll = false, signal }: Setting,
): Promise<Exploration> {
  const begun = performance.now()
  await runBody(stage, body, [], { signal })
  const warm = performance.now()
  const reference = await runBody(stage, body, [], { signal })
  if (reference.error !== undefined) throw reference.error
  const { places } = reference.scene
  if (places.length === 0) throw nothingSaid()
  const length = performance.now() - warm
  const time: Time = { length, longer: breaks?.longer, left: () => within - (performance.now() - begun) }
  const wanted = trials(reference.scene)
  const order = breaks ? spread(wanted) : evenly(wanted, Math.max(1, Math.floor(time.left() / length)))
  const failed: FailedRun[] = []
  const missed: Trial[] = []
  const blocked = new Map<string, Place>()
  let tried = 0
  for (const trial of order) {
    if (tried > 0 && time.left() < leastTime(time)) break
    const patience = patienceOf(time)
    const { scene, hung, ...run } = await runBody(stage, body, aimsOf(trial, patience.most), {
      patience: breaks ? { ...patience, most: patience.most + GRACE_MILLISECONDS } : patience,
      signal,
    })
    tried += 1
    const { passages } = scene
    for (const { place, outcome } of passages) if (outcome === 'blocked') blocked.set(place.id, place)
    const lost = trial.find(({ place }) => !passages.some((passage) => passage.place.id === place.id))
    const error = (hung ? undefined : overdue(passages, patience, run.error)) ?? run.error ?? undone(passages)
    if (error) failed.push({ trial, passages, error })
    else if (lost && breaks) missed.push(trial)
    else if (lost) failed.push({ trial, passages, error: differs(places, scene.places, lost.place) })
    if (hung) break
  }
  const reached = tried - missed.length
  if (requireAll && reached < wanted.length && failed.length === 0) {
    const why =
      tried < wanted.length
        ? `in ${Math.round(performance.now() - begun)} ms. Give the test more time, or \`within\`.`
        : `as the others did not come to their place, such as \`${missed[0]?.[0]?.place.statement}\`. Let the job send the same text each time.`
    throw new StateError(`Expected all ${wanted.length} runs to be tried, got ${reached} ${why}`)
  }
  const inOrder = failed.toSorted((a, b) => wanted.indexOf(a.trial) - wanted.indexOf(b.trial))
  const notReached = missed.flatMap((trial) => trial.map(({ place }) => place))
  return { places, runs: wanted.length, tried, failed: inOrder, missed: notReached, blocked: [...blocked.values()] }
}

/** What is known of how long runs take. */
interface Time {
  /** Milliseconds of a run in which nothing is done. */
  readonly length: number
  /** How much longer a run is in which something breaks; undefined where nothing does. */
  readonly longer: number | undefined
  readonly left: () => number
}

/** A run may take so many times as long as the one in which nothing is done; then it hangs. */
const PATIENCE_FACTOR = 10
const LEAST_PATIENCE_MILLISECONDS = 5_000

/** The same where time is short, and something breaks: jobs wait before they try again. */
const SHORT_PATIENCE_FACTOR = 3
const LEAST_SHORT_PATIENCE_MILLISECONDS = 1_000

/** Milliseconds for a body to end once all sessions of its job were cut. */
const GRACE_MILLISECONDS = 500

/** Milliseconds without which no further run is begun. */
function leastTime({ length, longer }: Time): number {
  return longer === undefined
    ? length
    : Math.max(LEAST_SHORT_PATIENCE_MILLISECONDS, SHORT_PATIENCE_FACTOR * length) + longer + GRACE_MILLISECONDS
}

/** Where something breaks, what is bounded has to be over before the test's own time is. */
function patienceOf({ length, longer, left }: Time): Patience {
  const most = Math.max(LEAST_PATIENCE_MILLISECONDS, PATIENCE_FACTOR * length)
  const why = `${PATIENCE_FACTOR} times as long as undisturbed`
  if (longer === undefined) return { most, why }
  const least = Math.max(LEAST_SHORT_PATIENCE_MILLISECONDS, SHORT_PATIENCE_FACTOR * length) + longer
  if (most + longer <= left() - GRACE_MILLISECONDS) return { most: most + longer, why }
  return { most: Math.max(least, left() - GRACE_MILLISECONDS), why: 'the time that was left' }
}

/** A job that had to be cut off, whatever it said then. */
function overdue(passages: readonly Passage[], { most, why }: Patience, said: Error | undefined): Error | undefined {
  if (!passages.some(({ outcome }) => outcome === 'overdue')) return undefined
  const then = said ? `Then it failed: ${oneLine(said.message, LONGEST_MESSAGE)}` : 'Then it ended right.'
  return new StateError(
    `Expected the job to notice by itself, got one that still waited after ${Math.round(most)} ms (${why}), and was cut off. ` +
      `Give it a time-out of its own. ${then}`,
    said && { cause: said },
  )
}

function undone(passages: readonly Passage[]): Error | undefined {
  const reason = passages.find(({ error }) => error !== undefined)?.error
  return reason === undefined ? undefined : new StateError(reason)
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
