import type { CommitRange } from '../match/commit-target.js'

/** Commits in ascending order as ranges without gaps, in the same order. */
export function toRanges(commits: readonly number[]): CommitRange[] {
  const ranges: { first: number; last: number }[] = []
  for (const commit of commits) {
    const range = ranges.at(-1)
    if (range && range.last + 1 === commit) range.last = commit
    else ranges.push({ first: commit, last: commit })
  }
  return ranges
}

/** The commits that are in all of the lists. */
export function commonRanges(lists: readonly (readonly CommitRange[])[]): readonly CommitRange[] {
  const [first = [], ...others] = lists
  return others.reduce(
    (common, list) =>
      common.flatMap((one) =>
        list.flatMap((other) => {
          const range = { first: Math.max(one.first, other.first), last: Math.min(one.last, other.last) }
          return range.first <= range.last ? [range] : []
        }),
      ),
    first,
  )
}

/** The earliest of the commits that is not before a floor. */
export function earliestFrom(ranges: readonly CommitRange[], floor: number): number | undefined {
  const range = ranges.find(({ last }) => last >= floor)
  return range && Math.max(range.first, floor)
}

export function includesCommit(ranges: readonly CommitRange[], commit: number): boolean {
  return ranges.some(({ first, last }) => first <= commit && commit <= last)
}
