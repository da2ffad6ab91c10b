import type { StreamEvent } from '../driver/stream-event.js'
import type { PlannedLedger } from '../ledger/planned-ledger.js'
import { StreamStats } from './stream-stats.js'

interface Waiter {
  readonly commit: number
  readonly resolve: (made: boolean) => void
}

/** What is known of the commits that a run of a stream has made, and who waits for them. */
export class CommitLog {
  readonly stats: StreamStats = new StreamStats()
  readonly times: CommitTimes = new CommitTimes()
  readonly #waiters = new Set<Waiter>()
  readonly #observe: (event: StreamEvent) => void
  #ended = false

  /** @param observe is told after the figures are up to date, and before those who wait */
  constructor(observe: (event: StreamEvent) => void) {
    this.#observe = observe
  }

  enter(event: StreamEvent): void {
    if (event.type === 'commit') {
      this.stats.addCommit(event)
      this.times.add(event.commit, event.at)
    }
    if (event.type === 'retry') this.stats.addRetry()
    if (event.type === 'resolved') this.stats.addResolved()
    this.#observe(event)
    if (event.type === 'commit') this.#settle(({ commit }) => commit <= event.commit, true)
  }

  /** Counts the commits of the process whose run is resumed as this one's. */
  takeOver(ledger: PlannedLedger): void {
    const { commit } = ledger
    this.stats.takeOver(ledger)
    const now = Date.now()
    for (let made = 1; made <= commit; made++) this.times.add(made, now)
    const { inserts, updates, deletes } = this.stats.snapshot()
    this.#observe({ type: 'resumed', commit, inserts, updates, deletes })
    this.#settle((waiter) => waiter.commit <= commit, true)
  }

  /** When a commit was acknowledged, in milliseconds since 1970; undefined where it is not known. */
  timeOf(commit: number): number | undefined {
    return commit >= 1 && commit <= this.times.last ? this.times.at(commit) : undefined
  }

  /** Resolves with true once the commit is made, and with false when it cannot come any more. */
  wait(commit: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted()
    if (commit <= this.times.last) return Promise.resolve(true)
    if (this.#ended) return Promise.resolve(false)
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter)
        reject(signal?.reason as Error)
      }
      const waiter: Waiter = {
        commit,
        resolve: (made) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(made)
        },
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** No commit comes any more. */
  end(): void {
    this.#ended = true
    this.#settle(() => true, false)
  }

  #settle(which: (waiter: Waiter) => boolean, made: boolean): void {
    for (const waiter of this.#waiters) {
      if (!which(waiter)) continue
      this.#waiters.delete(waiter)
      waiter.resolve(made)
    }
  }
}

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
