import { StateError } from '../errors.js'
import type { TrialOptions } from '../explore/exploration.js'
import { type BodyRun, type Explorable, runBody } from '../explore/run-body.js'
import { evenly } from '../explore/trial.js'
import type { Aim, Deed, Scene, Watching } from '../driver/scene.js'
import type { Place } from '../wire/place.js'
import type { Candidate } from './candidate.js'
import type { Contents, Restless } from './contents.js'
import { deriveDamages } from './derive-damages.js'
import { isProtocolError } from './is-protocol-error.js'
import { changes, isToldSame, type Seen, type Unrest, unrestOf } from './undamaged.js'

/** What a job can be damaged on. */
export interface Damageable {
  /** Puts everything back to the same start, and begins a conversation. */
  begin(aims: readonly Aim[], watching: Watching): Promise<void>
  end(): Promise<Scene>
  /** What the tables hold, once the job has ended. */
  contents(restless?: Restless, byColumn?: boolean): Promise<Contents>
  /** Whether there are commits left that can be made at a place. */
  readonly hasCommits: boolean
}

/** What came of one damage. */
export interface Tried {
  readonly candidate: Candidate
  readonly outcome: 'killed' | 'survived' | 'equivalent' | 'not viable'
  /** What it changed, where it survived. */
  readonly changed: readonly string[]
}

export interface Trials {
  readonly tried: readonly Tried[]
  /** How many there are to try. */
  readonly runs: number
  /** Places at which the body is wrong by a commit alone, so that nothing can be said about a damage there. */
  readonly wrongPlaces: readonly Place[]
  /** Whether a body did not end, so that no other could be run. */
  readonly hung: boolean
}

interface Setting extends TrialOptions {
  readonly signal?: AbortSignal | undefined
}

/** A damaged body may take so many times as long as the one to which nothing is done. */
const PATIENCE = 5
const LEAST_PATIENCE = 2_000
/** Milliseconds after that in which a body has to end that was cancelled. */
const LAST_PATIENCE = 3_000

/**
 * Runs a job again and again, each time from the same start and with one damage. Three runs come first, to which nothing is
 * done: one in which connections and caches get warm, one that says what there is to damage, and one that says what differs by itself.
 *
 * @throws what the body throws when nothing is done to its job; StateError where that says nothing that can be damaged, or no
 * damage changes anything
 */
export async function mutate(
  stage: Damageable,
  body: () => Promise<void>,
  { within = Number.POSITIVE_INFINITY, requireAll = false, signal }: Setting,
): Promise<Trials> {
  const begun = performance.now()
  await run(stage, body, [], { signal })
  const { seen: first, scene, milliseconds } = await undamaged(stage, body, { records: true }, signal)
  const started = performance.now()
  const second = await undamaged(stage, body, {}, signal)
  const length = performance.now() - started
  const unrest = unrestOf(first, second.seen)
  // Of the second, as what it left can still be read without what differs by itself.
  const reference = { ...second.seen, contents: await stage.contents(unrest.columns) }
  const candidates = deriveDamages(scene.watched?.statements ?? []).filter(
    ({ commitsAt }) => commitsAt.length === 0 || stage.hasCommits,
  )
  if (candidates.length === 0) throw nothingToDamage(scene)
  const patience = Math.max(LEAST_PATIENCE, PATIENCE * Math.max(milliseconds, second.milliseconds))
  const trial = new MutationRun(stage, body, { reference, unrest, patience, signal })
  const room = Math.floor((within - (performance.now() - begun)) / length)
  const tried: Tried[] = []
  for (const candidate of chosen(candidates, room)) {
    if (tried.length > 0 && performance.now() - begun + length * costOf(candidate) > within) break
    const outcome = await trial.try(candidate)
    if (outcome) tried.push(outcome)
    if (trial.hung) break
  }
  const skipped = trial.untold
  if (requireAll && tried.length + skipped < candidates.length) {
    throw new StateError(
      `Expected all ${candidates.length} damages to be tried, got ${tried.length} in ${Math.round(performance.now() - begun)} ms. Give the test more time, or \`within\`.`,
    )
  }
  if (tried.length + skipped === candidates.length && leavesAll(tried)) throw nothingChanged(candidates.length)
  return { tried, runs: candidates.length - skipped, wrongPlaces: trial.wrongPlaces, hung: trial.hung }
}

function nothingToDamage({ places }: Scene): StateError {
  return new StateError(
    places.length === 0
      ? 'Expected the job to say something on its wire, got no statement. Let it connect with `job.connectionString`, or `job.env`.'
      : `Expected a statement that can be damaged, got ${places.length} by which a driver sets its session up, or looks whether it is alive.`,
  )
}

/** Whether a job does nothing: it is right in any test in which everything was right before. A split transaction may do more than it. */
function leavesAll(tried: readonly Tried[]): boolean {
  const alone = tried.filter(({ candidate }) => candidate.commitsAt.length === 0)
  return !alone.some(({ outcome }) => outcome === 'killed' || outcome === 'survived')
}

function nothingChanged(damages: number): StateError {
  return new StateError(
    `Expected a damage that changes something, got ${damages} that changed neither what the job is told nor what it leaves in the tables of the schema. ` +
      'Let it find something to do: commit before it runs, by `cdcStream.step()`.',
  )
}

/** How many runs a damage takes at most. */
function costOf({ commitsAt }: Candidate): number {
  return Math.max(1, 2 * commitsAt.length)
}

/** As many as there is room for, with the same distance between them. */
function chosen(candidates: readonly Candidate[], room: number): readonly Candidate[] {
  const cost = candidates.reduce((sum, candidate) => sum + costOf(candidate), 0)
  return cost <= room ? candidates : evenly(candidates, Math.max(1, Math.floor((candidates.length * room) / cost)))
}

interface Ended extends BodyRun {
  readonly milliseconds: number
}

interface RunSetting {
  readonly watching?: Watching
  readonly signal: AbortSignal | undefined
}

async function run(
  stage: Damageable,
  body: () => Promise<void>,
  aims: readonly Aim[],
  { watching = {}, signal }: RunSetting,
): Promise<Ended> {
  let begun = 0
  const { patience } = watching
  const explorable: Explorable = {
    begin: async (wanted) => {
      await stage.begin(wanted, watching)
      begun = performance.now()
    },
    end: () => stage.end(),
  }
  const bound = patience && { most: patience + LAST_PATIENCE, why: `after its job was cancelled` }
  const ended = await runBody(explorable, body, aims, { signal, ...(bound && { patience: bound }) })
  return { ...ended, milliseconds: performance.now() - begun }
}

async function undamaged(
  stage: Damageable,
  body: () => Promise<void>,
  watching: Watching,
  signal: AbortSignal | undefined,
): Promise<Ended & { readonly seen: Seen }> {
  const ended = await run(stage, body, [], { watching, signal })
  if (ended.error) throw ended.error
  return { ...ended, seen: await seenOf(stage, ended.scene, undefined, true) }
}

async function seenOf(stage: Damageable, scene: Scene, restless?: Restless, byColumn?: boolean): Promise<Seen> {
  return { told: scene.watched?.told ?? [], contents: await stage.contents(restless, byColumn) }
}

interface Known {
  readonly reference: Seen
  readonly unrest: Unrest
  readonly patience: number
  readonly signal: AbortSignal | undefined
}

/** Tries damages, one after the other. */
class MutationRun {
  readonly #stage: Damageable
  readonly #body: () => Promise<void>
  readonly #known: Known
  /** What is to be seen with a commit at a place; undefined where the body is wrong then, or the commit waits. */
  readonly #byCommit = new Map<string, Seen | undefined>()
  readonly wrongPlaces: Place[] = []
  hung = false
  /** How many damages nothing can be said about. */
  untold = 0

  constructor(stage: Damageable, body: () => Promise<void>, known: Known) {
    this.#stage = stage
    this.#body = body
    this.#known = known
  }

  /** Undefined where nothing can be said. */
  async try(candidate: Candidate): Promise<Tried | undefined> {
    const { reference } = this.#known
    if (candidate.commitsAt.length === 0) return this.#damaged(candidate, undefined, [reference])
    let result: Tried | undefined
    for (const place of candidate.commitsAt) {
      const seen = await this.#withCommit(place)
      if (this.hung) break
      if (!seen) continue
      const before = candidate.begin && (await this.#withCommit(candidate.begin))
      const tried = await this.#damaged(candidate, place, before ? [seen, before] : [seen])
      if (!result || weight(tried) > weight(result)) result = tried
      if (tried.outcome === 'killed' || this.hung) break
    }
    if (!result) this.untold += 1
    return result
  }

  async #damaged(candidate: Candidate, commitAt: Place | undefined, right: readonly Seen[]): Promise<Tried> {
    const aims = aimsOf(candidate, commitAt)
    const ended = await this.#run(aims)
    const { scene, error } = ended
    const { unrest } = this.#known
    const outcome = (name: Tried['outcome'], changed: readonly string[] = []): Tried => ({
      candidate,
      outcome: name,
      changed,
    })
    if (ended.hung || scene.watched?.isOverdue) return outcome('killed')
    const isDone = scene.passages.filter(({ place }) => place.id === candidate.place.id).length > 0
    const codes = scene.watched?.told.flatMap(({ errors }) => errors) ?? []
    if (!isDone || isProtocolError(error) || codes.includes('08P01')) return outcome('not viable')
    if (error) return outcome('killed')
    const seen = await seenOf(this.#stage, scene, unrest.columns)
    const isRight = right.some((each) => changes(each, seen).length === 0 && isToldSame(each, seen, unrest))
    if (isRight) return outcome('equivalent')
    return outcome('survived', right[0] && changes(right[0], seen))
  }

  /** What is to be seen when nothing is done but a commit at a place. */
  async #withCommit(place: Place): Promise<Seen | undefined> {
    if (this.#byCommit.has(place.id)) return this.#byCommit.get(place.id)
    const { error, scene } = await this.#run([{ place: place.id, deed: { done: 'commit', commits: 1 } }])
    const isMade = scene.passages.some((passage) => passage.outcome === 'made' && passage.error === undefined)
    if (error) this.wrongPlaces.push(place)
    const seen = error || !isMade ? undefined : await seenOf(this.#stage, scene, this.#known.unrest.columns)
    this.#byCommit.set(place.id, seen)
    return seen
  }

  async #run(aims: readonly Aim[]): Promise<Ended> {
    const { patience, signal } = this.#known
    const ended = await run(this.#stage, this.#body, aims, { watching: { patience }, signal })
    this.hung ||= ended.hung
    return ended
  }
}

/** Of several runs with one damage, the one that tells most. */
function weight({ outcome }: Tried): number {
  return ['not viable', 'equivalent', 'survived', 'killed'].indexOf(outcome)
}

function aimsOf({ place, damage }: Candidate, commitAt: Place | undefined): readonly Aim[] {
  const isHere = commitAt?.id === place.id
  const deed: Deed = { done: 'damage', damage, ...(isHere && { commits: 1 }) }
  const damaged = { place: place.id, deed }
  if (!commitAt || isHere) return [damaged]
  return [damaged, { place: commitAt.id, deed: { done: 'commit', commits: 1 } }]
}
