import type { PlannedLedger } from '../ledger/planned-ledger.js'
import { Arrivals } from './arrivals.js'
import { CommitTimes } from './commit-times.js'
import type { StreamEvent } from '../driver/stream-event.js'
import { StreamStats } from './stream-stats.js'

/** What is known of the commits that a stream has made, and who waits for them. */
export class MadeCommits {
  readonly stats: StreamStats = new StreamStats()
  readonly times: CommitTimes = new CommitTimes()
  readonly arrivals: Arrivals = new Arrivals()
  readonly #observe: (event: StreamEvent) => void

  /** @param observe is told after the figures are up to date, and before those who wait */
  constructor(observe: (event: StreamEvent) => void) {
    this.#observe = observe
  }

  tell(event: StreamEvent): void {
    if (event.type === 'commit') {
      this.stats.addCommit(event)
      this.times.add(event.commit, event.at)
    }
    if (event.type === 'retry') this.stats.addRetry()
    if (event.type === 'resolved') this.stats.addResolved()
    this.#observe(event)
    if (event.type === 'commit') this.arrivals.made(event.commit)
  }

  /** Counts the commits of the process whose run is resumed as this one's. */
  takeOver(ledger: PlannedLedger): void {
    const { commit } = ledger
    this.stats.takeOver(ledger)
    const now = Date.now()
    for (let made = 1; made <= commit; made++) this.times.add(made, now)
    const { inserts, updates, deletes } = this.stats.snapshot()
    this.#observe({ type: 'resumed', commit, inserts, updates, deletes })
    this.arrivals.made(commit)
  }
}
