/** Some commits that were made at about the same time; of one commit, if `commits` is 1. All durations in milliseconds. */
export interface CommitPoint {
  /** When the last of them was answered, in milliseconds since 1970. */
  readonly at: number
  readonly commits: number
  readonly changes: number
  /** The sum of what they took, each from BEGIN to the answer to COMMIT. */
  readonly busy: number
  readonly slowest: number
  /** The most that one of them began behind its schedule. */
  readonly lag: number
}

/** Two points as one. */
export function joinPoints(a: CommitPoint, b: CommitPoint): CommitPoint {
  return {
    at: Math.max(a.at, b.at),
    commits: a.commits + b.commits,
    changes: a.changes + b.changes,
    busy: a.busy + b.busy,
    slowest: Math.max(a.slowest, b.slowest),
    lag: Math.max(a.lag, b.lag),
  }
}
