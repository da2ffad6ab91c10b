import { expectKnown } from '../../tables/expect-known.js'
import type { Mismatch } from '../anomaly.js'
import type { CommitLimits, CommitRange, CommitTarget } from '../commit-target.js'
import { type CommitMatch, compareWithCommits, readTables } from './compare-with-commits.js'
import { floorFrom, freshFloor } from '../floor.js'
import { sourceOf } from '../target-source.js'

/** The compiler asks for all of them. */
const OPTION_NAMES = Object.keys({ since: true, until: true, fresh: true } satisfies Record<keyof CommitLimits, true>)

/**
 * Finds the commits after which one table, or several together, contained exactly the rows that were read. Takes one
 * pass over the rows, whatever the number of commits.
 *
 * @param rows of one table; or, for a stream, an object with the rows of each table by its name
 * @returns undefined where there is no such commit
 * @throws OptionsError for rows that lack a column and for commits that were not made; StateError before the stream has begun
 */
export function matchCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): CommitRange | undefined {
  return compare(rows, target, limits).range
}

/** Says what is wrong with rows for which `matchCommit` finds no commit. */
export function explainCommit(rows: unknown, target: CommitTarget, limits: CommitLimits = {}): Mismatch | undefined {
  const match = compare(rows, target, limits)
  return match.range ? undefined : match.explain()
}

function compare(rows: unknown, target: CommitTarget, limits: CommitLimits): CommitMatch {
  expectKnown(limits, OPTION_NAMES, '`matchCommit()` and `explainCommit()`')
  const { since, until, fresh = false } = limits
  const floor =
    since === undefined && fresh ? freshFloor(rows, sourceOf(target).reads, until) : floorFrom(since ?? 0, until)
  return compareWithCommits(readTables(rows, target), floor)
}
