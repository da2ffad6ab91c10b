import type { ChangeKind } from '../plan/batch.js'
import { type ExplorationWords, listed, placeInWords, triedInWords } from './describe-exploration.js'
import type { FailedRun } from './exploration.js'

/** What is known of the commits that fall at places. */
export interface CommitFacts {
  /** The commit that falls at a place, or the first one of them. */
  readonly commit: number
  readonly commits: number
  /** The kinds of change that it lacks. */
  readonly lacks: readonly ChangeKind[]
}

/** How runs are told in which commits fall at places. */
export function commitWords({ commit, commits, lacks }: CommitFacts): ExplorationWords {
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
