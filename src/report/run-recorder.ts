import { addCounts, changeCount, type ChangeCounts, noCounts } from '../ledger/change.js'
import type { CommitEvent, StreamEvent } from '../driver/stream-event.js'
import { CommitSeries } from './commit-series.js'
import type { Fault, RunRecord } from './run-record.js'

const MOST_FAULTS = 100

export interface RecorderOptions {
  /** How many points of the course of time are kept. @default 2000 */
  readonly points?: number
  /** The time of day, for faults. @default Date.now */
  readonly now?: () => number
}

/** Records the events of a stream, for its report. */
export class RunRecorder {
  readonly #series: CommitSeries
  readonly #now: () => number
  readonly #tables = new Map<string, ChangeCounts>()
  readonly #faults: Fault[] = []
  #counts = noCounts
  #commits = 0
  #retries = 0
  #resolved = 0
  #began = Infinity
  #ended = -Infinity

  constructor({ points = 2000, now = Date.now }: RecorderOptions = {}) {
    this.#series = new CommitSeries(points)
    this.#now = now
  }

  observe(event: StreamEvent): void {
    if (event.type === 'commit') this.#addCommit(event)
    else if (event.type === 'retry') {
      this.#retries += 1
      this.#addFault('retry', event.commit, event.reason)
    } else if (event.type === 'resolved') {
      this.#resolved += 1
      const outcome = event.committed ? 'the database had the batch' : 'the database did not have the batch'
      this.#addFault('resolved', event.commit, `The answer to COMMIT was lost; ${outcome}`)
    }
  }

  record(): RunRecord {
    const some = this.#commits > 0
    return {
      commits: this.#commits,
      ...this.#counts,
      retries: this.#retries,
      resolved: this.#resolved,
      tables: Object.fromEntries(this.#tables),
      began: some ? this.#began : null,
      ended: some ? this.#ended : null,
      points: this.#series.points(),
      faults: [...this.#faults],
    }
  }

  #addCommit(event: CommitEvent): void {
    const { at, milliseconds, lag, tables } = event
    this.#commits += 1
    this.#counts = addCounts(this.#counts, event)
    this.#began = Math.min(this.#began, at - milliseconds)
    this.#ended = Math.max(this.#ended, at)
    for (const [name, counts] of Object.entries(tables)) {
      this.#tables.set(name, addCounts(this.#tables.get(name) ?? noCounts, counts))
    }
    this.#series.add({ at, commits: 1, changes: changeCount(event), busy: milliseconds, slowest: milliseconds, lag })
  }

  #addFault(kind: Fault['kind'], commit: number, text: string): void {
    const last = this.#faults.at(-1)
    if (last?.kind === kind && last.commit === commit && last.text === text) {
      this.#faults[this.#faults.length - 1] = { ...last, times: last.times + 1 }
    } else if (this.#faults.length < MOST_FAULTS) {
      this.#faults.push({ kind, at: this.#now(), commit, times: 1, text })
    }
  }
}
