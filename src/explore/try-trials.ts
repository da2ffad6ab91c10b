import { StateError } from '../errors.js'
import type { Scene } from '../driver/scene.js'
import { type ExplorationWords, placeError } from './describe-exploration.js'
import type { Exploration, TrialOptions } from './exploration.js'
import { explore } from './explore.js'
import type { ExploredStream, OneRun } from './explored-stream.js'
import { fromOneStart } from './reset-run.js'
import { deedName, type Trial } from './trial.js'

/** What is tried with a job, and what is said of it. */
export interface Tried extends TrialOptions {
  readonly trials: (reference: Scene) => readonly Trial[]
  /** Commits that are made before each run. */
  readonly commits: number
  /** Where something breaks: by how many milliseconds that makes a run longer. */
  readonly breaks?: { readonly longer: number }
  readonly words: ExplorationWords
  /** What there is to say of a job that is right. */
  readonly right: (exploration: Exploration) => string
}

/** What came out, with what there is to say about it. */
export interface Explored extends Exploration {
  readonly lines: readonly string[]
}

/**
 * Runs a job from the same start, again and again. Afterwards everything is as before it.
 *
 * @throws PlaceError that names the first place at which the body fails
 * @throws what the body throws when nothing is done; StateError
 */
export async function tryTrials(parts: ExploredStream, body: () => Promise<void>, tried: Tried): Promise<Explored> {
  const { only, signal, again } = parts
  const { trials, commits, reset, words, right, ...setting } = tried
  const wanted = (reference: Scene): readonly Trial[] => {
    const all = trials(reference)
    return only ? [trialAt(all, only)] : all
  }
  const exploration = await fromOneStart(parts, commits, reset, async (runs) => {
    const found = await explore(runs, body, { ...setting, trials: wanted, signal })
    const error = placeError(found, words, again)
    if (error) throw error
    return found
  })
  return { ...exploration, lines: [right(exploration), ...words.scope(exploration)] }
}

/** The run that failed, which is made again. */
function trialAt(trials: readonly Trial[], { places, done }: OneRun): Trial {
  const found = trials.find(
    (trial) =>
      trial.map(({ place }) => place.id).join() === places.join() && trial.every(({ deed }) => deedName(deed) === done),
  )
  if (found) return found
  throw new StateError(
    'Expected the job to say what it said when the run failed, got another conversation: the place is not in it.',
  )
}
