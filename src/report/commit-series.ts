import { type CommitPoint, joinPoints } from './commit-point.js'

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
