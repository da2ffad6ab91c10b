import { addCounts, changeCount, type ChangeCounts, noCounts } from '../ledger/change.js'
import type { CommitEvent, StreamEvent } from '../driver/stream-event.js'
import { CommitSeries, type CommitPoint } from './commit-series.js'

const MOST_FAULTS = 100

export interface RecorderOptions {
  /** How many points of the course of time are kept. @default 2000 */
  readonly points?: number
  /** The time of day, for faults. @default Date.now */
  readonly now?: () => number
}

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

/** A batch that had to be tried again for one reason, or whose answer to COMMIT was lost. */
export interface Fault {
  readonly kind: 'retry' | 'resolved'
  /** In milliseconds since 1970. */
  readonly at: number
  readonly commit: number
  /** How many attempts failed one after the other for this reason; of a lost answer 1. */
  readonly times: number
  readonly text: string
}

/** What one stream did, or several, in bounded memory. Made of plain values, so that it can go to another process. */
export interface RunRecord extends ChangeCounts {
  readonly commits: number
  readonly retries: number
  /** COMMITs whose answer was lost and whose outcome was read back. */
  readonly resolved: number
  readonly tables: Readonly<Record<string, ChangeCounts>>
  /** When the first batch began and the last was answered, in milliseconds since 1970; null without a commit. */
  readonly began: number | null
  readonly ended: number | null
  readonly points: readonly CommitPoint[]
  /** The first ones; `retries` and `resolved` count all. */
  readonly faults: readonly Fault[]
}

const MOST_POINTS = 2000

export function joinRecords(records: readonly RunRecord[]): RunRecord {
  const series = new CommitSeries(MOST_POINTS)
  const tables = new Map<string, ChangeCounts>()
  for (const record of records) {
    for (const point of record.points) series.add(point)
    for (const [name, counts] of Object.entries(record.tables)) {
      tables.set(name, addCounts(tables.get(name) ?? noCounts, counts))
    }
  }
  const sum = (of: 'commits' | 'retries' | 'resolved'): number =>
    records.reduce((total, record) => total + record[of], 0)
  const began = records.flatMap((record) => record.began ?? [])
  const ended = records.flatMap((record) => record.ended ?? [])
  const faults = records.flatMap((record) => record.faults).sort((a, b) => a.at - b.at)
  return {
    commits: sum('commits'),
    ...records.reduce<ChangeCounts>(addCounts, noCounts),
    retries: sum('retries'),
    resolved: sum('resolved'),
    tables: Object.fromEntries([...tables].sort(([a], [b]) => (a < b ? -1 : 1))),
    began: began.length === 0 ? null : Math.min(...began),
    ended: ended.length === 0 ? null : Math.max(...ended),
    points: series.points(),
    faults: faults.slice(0, MOST_FAULTS),
  }
}
