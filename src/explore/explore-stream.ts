import { OptionsError } from '../errors.js'
import type { ChangeKind } from '../plan/batch.js'
import { type ExplorationWords, listed, placeInWords, triedInWords } from './describe-exploration.js'
import type { FailedRun, JobExploration } from './exploration.js'
import { expectIdle, type ExploredStream } from './explored-stream.js'
import { findWarmUp } from './warm-up.js'
import { commitTrials } from './trial.js'
import { type Explored, tryTrials } from './try-trials.js'

/**
 * Explores a job on a stream that has not begun: a commit at each place of what it says. Afterwards everything is as before it.
 *
 * @throws PlaceError that names the first place at which the body fails
 * @throws what the body throws without commits; StateError, OptionsError for what cannot be explored
 */
export async function exploreStream(
  parts: ExploredStream,
  body: () => Promise<void>,
  { late = false, commits = 1, pairs = false, ...rest }: JobExploration,
): Promise<Explored> {
  const { stream } = parts
  if (!Number.isInteger(commits) || commits < 1) {
    throw new OptionsError(`Expected \`commits\` to be an integer ≥ 1, got \`${commits}\`.`)
  }
  expectIdle(stream, 'explore')
  const input = await stream.plan()
  const warmUp = findWarmUp(input, stream.batches - commits * (pairs ? 2 : 1) + 1, late)
  if (!warmUp) {
    throw new OptionsError(
      late
        ? "Expected a stream with commits that become visible late, got one without. Set `lateCommit`, or the `order` of a table's `clock`, and enough `batches`."
        : `Expected enough commits for a place, got a stream of ${stream.batches}. Set more \`batches\`.`,
    )
  }
  return tryTrials(parts, body, {
    ...rest,
    trials: ({ places }) => commitTrials(places, commits, pairs),
    commits: warmUp.commits,
    words: commitWords(warmUp.commits + 1, commits, warmUp.lacks),
    right: ({ tried, places }) => `Right in ${tried} runs, with a commit before each of ${places.length} statements.`,
  })
}

/**
 * What is said of runs in which commits fall at places.
 *
 * @param commit The first one that falls at a place
 * @param lacks The kinds of change that it does not hold
 */
function commitWords(commit: number, commits: number, lacks: readonly ChangeKind[]): ExplorationWords {
  const falls = commits === 1 ? `commit ${commit} falls` : `the commits ${commit}–${commit + commits - 1} fall`
  return {
    expected: `be right wherever ${falls}`,
    where: (run) => `Before ${placesOf(run)}${blockedAt(run)}`,
    others: (runs) => listed('Wrong as well before:', runs.map(placesOf)),
    scope: (exploration) => [
      ...triedInWords(exploration),
      ...(lacks.length > 0
        ? [
            `The commit holds no ${lacks.map((kind) => kind.toUpperCase()).join(' and no ')}: set a larger \`batchSize\` or another \`ratio\`.`,
          ]
        : []),
      ...(exploration.blocked.length > 0
        ? [
            `Blocked, so that the commit came later, once the job had let its locks go: before ${exploration.blocked.map(placeInWords).join(', ')}.`,
          ]
        : []),
    ],
    again: 'The same changes with the same timing',
  }
}

function placesOf({ trial }: FailedRun): string {
  return trial.map(({ place }) => placeInWords(place)).join(' and ')
}

function blockedAt({ passages }: FailedRun): string {
  return passages.some(({ outcome }) => outcome === 'blocked') ? ' (the commit waited for a lock of the job)' : ''
}
