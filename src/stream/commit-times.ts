/** So many of the last commits are known exactly. */
const RECENT = 16_384
/** So many marks are kept of those before. */
const MOST_MARKS = 4_096

/**
 * When each commit was acknowledged, in memory that does not grow with the commits: the last ones exactly, those long ago
 * by marks that get rarer, with times in between on a straight line.
 */
export class CommitTimes {
  readonly #recent = new Float64Array(RECENT)
  /** Of the commits 1, 1 + step, 1 + 2 × step … */
  #marks: number[] = []
  #step = 1
  #last = 0

  add(commit: number, at: number): void {
    this.#recent[commit % RECENT] = at
    this.#last = commit
    if ((commit - 1) % this.#step !== 0) return
    this.#marks.push(at)
    if (this.#marks.length < MOST_MARKS) return
    this.#marks = this.#marks.filter((_, index) => index % 2 === 0)
    this.#step *= 2
  }

  /** The newest commit that was entered. */
  get last(): number {
    return this.#last
  }

  /** In milliseconds since 1970. */
  at(commit: number): number {
    if (commit > this.#last - RECENT) return this.#recent[commit % RECENT]!
    const place = (commit - 1) / this.#step
    const before = this.#marks[Math.floor(place)]!
    // Where the next mark is still to come, and where the line goes beyond it: no later than the first that is known.
    const known = this.#recent[(this.#last + 1) % RECENT]!
    const after = this.#marks[Math.floor(place) + 1] ?? known
    return Math.min(known, Math.round(before + (after - before) * (place % 1)))
  }
}
