import { changeCount } from '../ledger/change.js'
import type { CommitPoint } from './commit-series.js'
import { toIntervals } from './intervals.js'
import type { ReportFacts, ReportHead } from './report-facts.js'
import type { RunRecord } from './run-record.js'
import { round } from './figures.js'

export function toFacts(head: ReportHead, record: RunRecord): ReportFacts {
  const { began, ended, points, commits, inserts, updates, deletes } = record
  const changes = changeCount(record)
  const seconds = began === null || ended === null ? 0 : (ended - began) / 1000
  const busy = points.reduce((sum, point) => sum + point.busy, 0)
  const most = (of: 'slowest' | 'lag'): number => points.reduce((largest, point) => Math.max(largest, point[of]), 0)
  return {
    format: 1,
    ...head,
    began: toIso(began),
    ended: toIso(ended),
    seconds: round(seconds),
    commits,
    changes,
    inserts,
    updates,
    deletes,
    changesPerSecond: Math.round(changes / Math.max(seconds, 0.001)),
    latency: commits === 0 ? null : { mean: round(busy / commits), slowest: round(most('slowest')) },
    lag: commits === 0 ? null : round(most('lag')),
    retries: record.retries,
    resolved: record.resolved,
    faults: record.faults,
    tables: Object.entries(record.tables).map(([table, counts]) => ({ table, ...counts })),
    intervals: began === null ? [] : toIntervals(points, began),
    points: points.map(roundPoint),
  }
}

function roundPoint(point: CommitPoint): CommitPoint {
  return { ...point, busy: round(point.busy), slowest: round(point.slowest), lag: round(point.lag) }
}

function toIso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}
