import { type ChangeCounts, addCounts, noCounts } from '../ledger/change.js'
import { type CommitPoint, CommitSeries } from './commit-series.js'

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
const MOST_FAULTS = 100

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
