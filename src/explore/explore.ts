import { setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import type { Aim, Passage, Scene } from '../stream/stage.js'
import type { Place } from '../wire/place.js'

/** What a job can be explored on. */
export interface Explorable {
  /** Puts everything back to the same start, and begins a conversation in which commits are made at these places. */
  begin(aims: readonly Aim[]): Promise<void>
  /** What the job has said, and what was done at the places. */
  end(): Promise<Scene>
}

/** How far it is explored. */
export interface ExploreOptions {
  /** Commits that are made at a place. @default 1 */
  readonly commits?: number
  /** Makes them at two places, for all pairs of places, once each place alone was tried. @default false */
  readonly pairs?: boolean
  /**
   * Milliseconds for all runs. Where there are more places than that allows, they are taken evenly.
   * @default the rest of the test's time, but for 500 ms
   */
  readonly within?: number
  /** Fails when not all places could be tried. @default false */
  readonly requireAll?: boolean
}

/** One run of a job that was not right. */
export interface FailedRun {
  /** Where commits were made: one place, or two. */
  readonly places: readonly Place[]
  readonly passages: readonly Passage[]
  readonly error: Error
}

/** What came out. */
export interface Exploration {
  /** The places of the job, as it goes without commits. */
  readonly places: readonly Place[]
  /** How many runs there are to try, and how many were tried. */
  readonly runs: number
  readonly tried: number
  readonly failed: readonly FailedRun[]
  /** Places at which a commit waited for the job. */
  readonly blocked: readonly Place[]
}

/** What of the job's places is tried. */
interface Setting extends ExploreOptions {
  /** The places of one run alone, by their `id`: of a run that is made again. */
  readonly only?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** A run may take so many times as long as the one without commits; then it hangs. */
const PATIENCE = 10
const LEAST_PATIENCE = 5_000

/**
 * Runs a job again and again, each time from the same start and with a commit at another place of its conversation with the
 * database. Two runs come first, without commits: one in which connections and caches get warm, and one that says which
 * places there are.
 *
 * @throws what the body throws without commits; StateError where it says nothing on its wire, or another time something else
 */
export async function explore(
  stage: Explorable,
  body: () => Promise<void>,
  { commits = 1, pairs = false, within = Number.POSITIVE_INFINITY, requireAll = false, only, signal }: Setting = {},
): Promise<Exploration> {
  const begun = performance.now()
  await runOnce(stage, body, [], Number.POSITIVE_INFINITY, signal)
  const warm = performance.now()
  const reference = await runOnce(stage, body, [], Number.POSITIVE_INFINITY, signal)
  if (reference.error !== undefined) throw reference.error
  const { places } = reference.scene
  if (places.length === 0) {
    throw new StateError(
      'Expected the job to say something on its wire, got no statement. Let it connect with `job.connectionString`, or `job.env`.',
    )
  }
  const length = performance.now() - warm
  const patience = Math.max(LEAST_PATIENCE, PATIENCE * length)
  const wanted = only ? [known(places, only)] : combinations(places, pairs)
  const room = Math.floor((within - (performance.now() - begun)) / length)
  const chosen = evenly(wanted, Math.max(1, room))
  const failed: FailedRun[] = []
  const blocked = new Map<string, Place>()
  let tried = 0
  for (const group of chosen) {
    if (tried > 0 && performance.now() - begun + length > within) break
    const run = await runOnce(
      stage,
      body,
      group.map(({ id }) => ({ place: id, commits })),
      patience,
      signal,
    )
    tried += 1
    const { passages } = run.scene
    for (const { place, outcome } of passages) if (outcome === 'blocked') blocked.set(place.id, place)
    const lost = group.find(({ id }) => !passages.some(({ place }) => place.id === id))
    const reason = passages.find(({ error }) => error !== undefined)?.error
    const error = run.error ?? (reason === undefined ? undefined : new StateError(reason))
    if (error) failed.push({ places: group, passages, error })
    else if (lost) failed.push({ places: group, passages, error: differs(places, run.scene.places, lost) })
    if (run.hung) break
  }
  if (requireAll && tried < wanted.length && failed.length === 0) {
    throw new StateError(
      `Expected all ${wanted.length} runs to be tried, got ${tried} in ${Math.round(performance.now() - begun)} ms. Give the test more time, or \`within\`.`,
    )
  }
  return { places, runs: wanted.length, tried, failed, blocked: [...blocked.values()] }
}

interface Run {
  readonly scene: Scene
  readonly error: Error | undefined
  readonly hung: boolean
}

async function runOnce(
  stage: Explorable,
  body: () => Promise<void>,
  aims: readonly Aim[],
  patience: number,
  signal: AbortSignal | undefined,
): Promise<Run> {
  signal?.throwIfAborted()
  await stage.begin(aims)
  const bound = new AbortController()
  const outcome = body().then(
    () => ({ error: undefined, hung: false }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)), hung: false }),
  )
  const races: Promise<Pick<Run, 'error' | 'hung'>>[] = [outcome]
  if (patience < Number.POSITIVE_INFINITY) races.push(expire(patience, bound.signal))
  const run = await Promise.race(races)
  bound.abort()
  return { scene: await stage.end(), ...run }
}

async function expire(patience: number, signal: AbortSignal): Promise<Pick<Run, 'error' | 'hung'>> {
  await delay(patience, undefined, { signal }).catch(() => {})
  const error = new StateError(
    `Expected the body to end in ${Math.round(patience)} ms, ${PATIENCE} times as long as without a commit, got one that goes on.`,
  )
  return { error, hung: true }
}

/** Each place alone, then all pairs. */
function combinations(places: readonly Place[], pairs: boolean): (readonly Place[])[] {
  const alone = places.map((place) => [place])
  if (!pairs) return alone
  return [...alone, ...places.flatMap((first, index) => places.slice(index + 1).map((second) => [first, second]))]
}

/** So many of a list, with the same distance between them; the first and the last one among them. */
function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  if (most === 1) return list.slice(0, 1)
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))]!)
}

function known(places: readonly Place[], ids: readonly string[]): readonly Place[] {
  return ids.map((id) => {
    const place = places.find((each) => each.id === id)
    if (place) return place
    throw new StateError(
      'Expected the job to say what it said when the run failed, got another conversation: the place is not in it.',
    )
  })
}

/** Where a run said something else than the one without commits, before it came to its place. */
function differs(reference: readonly Place[], said: readonly Place[], lost: Place): StateError {
  const at = reference.findIndex((place, index) => place.id !== said[index]?.id)
  const [before, now] = [reference[at], said[at]]
  const got = now ? `\`${now.statement}\`` : 'its end'
  return new StateError(
    `Expected the job to come to statement ${lost.number}, \`${lost.statement}\`, as without a commit, ` +
      `got ${got} in place of statement ${before?.number}, \`${before?.statement}\`.`,
  )
}
