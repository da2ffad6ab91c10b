import { StateError } from '../errors.js'
import type { TrialOptions } from '../explore/exploration.js'
import { nothingSaid, runBody } from '../explore/run-body.js'
import { evenly } from '../explore/trial.js'
import type { Scene } from '../driver/scene.js'
import type { Place } from '../wire/place.js'
import { type Candidate, deriveDamages } from './derive-damages.js'
import { type Damageable, MutationRun, type Tried, undamaged } from './mutation-run.js'
import { unrestOf } from './seen.js'

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
const PATIENCE_FACTOR = 5
const LEAST_PATIENCE_MILLISECONDS = 2_000

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
  await runBody(stage, body, [], { watching: {}, signal })
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
  const patience = Math.max(LEAST_PATIENCE_MILLISECONDS, PATIENCE_FACTOR * Math.max(milliseconds, second.milliseconds))
  const trial = new MutationRun(stage, body, { reference, unrest, patience, signal })
  const room = Math.floor((within - (performance.now() - begun)) / length)
  const tried: Tried[] = []
  for (const candidate of chosen(candidates, room)) {
    if (tried.length > 0 && performance.now() - begun + length * costOf(candidate) > within) break
    const outcome = await trial.try(candidate)
    if (outcome) tried.push(outcome)
    if (trial.hung) break
  }
  const skipped = trial.undecided
  if (requireAll && tried.length + skipped < candidates.length) {
    throw new StateError(
      `Expected all ${candidates.length} damages to be tried, got ${tried.length} in ${Math.round(performance.now() - begun)} ms. Give the test more time, or \`within\`.`,
    )
  }
  if (tried.length + skipped === candidates.length && leavesAll(tried)) throw nothingChanged(candidates.length)
  return { tried, runs: candidates.length - skipped, wrongPlaces: trial.wrongPlaces, hung: trial.hung }
}

function nothingToDamage({ places }: Scene): StateError {
  if (places.length === 0) return nothingSaid()
  return new StateError(
    `Expected a statement that can be damaged, got ${places.length} by which a driver sets its session up, or looks whether it is alive.`,
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
