/**
 * Commits over time in bounded memory: those of one millisecond are a point; when there are too many points, those of
 * two milliseconds, of four … Sums and extremes stay exact. The points do not depend on the order of the commits.
 */
export class CommitSeries {
  readonly #most: number
  #width = 1
  #points = new Map<number, CommitPoint>()

  /** @param most How many points are kept at most; at least 1 */
  constructor(most: number) {
    this.#most = most
  }

  add(point: CommitPoint): void {
    this.#put(Math.floor(point.at / this.#width), point)
    while (this.#points.size > this.#most) this.#widen()
  }

  /** In the order of time. */
  points(): CommitPoint[] {
    return [...this.#points.values()].sort((a, b) => a.at - b.at)
  }

  #widen(): void {
    const before = this.#points
    this.#width *= 2
    this.#points = new Map()
    for (const [slot, point] of before) this.#put(Math.floor(slot / 2), point)
  }

  #put(slot: number, point: CommitPoint): void {
    const there = this.#points.get(slot)
    this.#points.set(slot, there ? joinPoints(there, point) : point)
  }
}

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

function joinPoints(a: CommitPoint, b: CommitPoint): CommitPoint {
  return {
    at: Math.max(a.at, b.at),
    commits: a.commits + b.commits,
    changes: a.changes + b.changes,
    busy: a.busy + b.busy,
    slowest: Math.max(a.slowest, b.slowest),
    lag: Math.max(a.lag, b.lag),
  }
}
