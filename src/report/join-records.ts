import { addCounts, type ChangeCounts, noCounts } from '../ledger/change.js'
import { CommitSeries } from './commit-series.js'
import type { RunRecord } from './run-record.js'

const MOST_POINTS = 2000
const MOST_FAULTS = 100

/** What several streams did, together. */
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
