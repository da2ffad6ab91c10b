import type { Mismatch } from './anomaly.js'
import type { CommitLimits, CommitRange, CommitTarget } from './commit-target.js'
import { compareWithCommits, readTables } from './compare-with-commits.js'

/**
 * Finds the commits after which one table, or several together, contained exactly the rows that were read. Takes one
 * pass over the rows, whatever the number of commits.
 *
 * @param rows of one table; or, for a stream, an object with the rows of each table by its name
 * @returns undefined where there is no such commit
 * @throws OptionsError for rows that lack a column and for commits that were not made; StateError before the stream has begun
 */
export function matchCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): CommitRange | undefined {
  return compareWithCommits(readTables(rows, target), limits).range
}

/** Says what is wrong with rows for which `matchCommit` finds no commit. */
export function explainCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): Mismatch | undefined {
  const match = compareWithCommits(readTables(rows, target), limits)
  return match.range ? undefined : match.explain()
}
