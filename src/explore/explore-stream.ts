import { OptionsError } from '../errors.js'
import { commitWords } from './commit-words.js'
import type { JobExploration } from './exploration.js'
import { expectIdle, type ExploredStream } from './same-start.js'
import { findWarmUp } from './telling-commit.js'
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
  expectCommits(commits)
  expectIdle(stream, 'explore')
  const input = await stream.plan()
  const warmUp = findWarmUp(input, stream.batches - commits * (pairs ? 2 : 1) + 1, late)
  if (!warmUp) {
    throw new OptionsError(
      late
        ? 'Expected a stream with commits that become visible late, got one without. Set `lateCommit`, and enough `batches`.'
        : `Expected enough commits for a place, got a stream of ${stream.batches}. Set more \`batches\`.`,
    )
  }
  return tryTrials(parts, body, {
    ...rest,
    trials: ({ places }) => commitTrials(places, commits, pairs),
    commits: warmUp.commits,
    words: commitWords({ commit: warmUp.commits + 1, commits, lacks: warmUp.lacks }),
    right: ({ tried, places }) => `Right in ${tried} runs, with a commit before each of ${places.length} statements.`,
  })
}

function expectCommits(commits: number): void {
  if (Number.isInteger(commits) && commits >= 1) return
  throw new OptionsError(`Expected \`commits\` to be an integer ≥ 1, got \`${commits}\`.`)
}
