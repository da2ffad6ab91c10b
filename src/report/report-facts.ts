import { type ChangeCounts, changeCount } from '../ledger/change.js'
import type { AuditGrade } from '../audit/audit-grade.js'
import type { CommitPoint } from './commit-series.js'
import type { Evidence } from './evidence.js'
import { type Interval, toIntervals } from './intervals.js'
import type { Fault, RunRecord } from './run-recorder.js'
import type { Score } from './score.js'
import { round } from './figures.js'
import { createRequire } from 'node:module'

export interface TestFacts extends ChangeCounts {
  /** With the names of its suites. */
  readonly name: string
  readonly file: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  readonly milliseconds: number | null
  readonly seed: number
  readonly commits: number
  readonly retries: number
  readonly resolved: number
  /** How often the test has read by `read()`, and how many commits became visible meanwhile. */
  readonly reads: { readonly reads: number; readonly commits: number }
  /** The command that makes the same changes again. */
  readonly replay: string
  /** What it failed with; the texts of the matchers name the anomalies. */
  readonly failures: readonly string[]
  /** The same with its anomalies and places, where assertions of this package have failed the test. */
  readonly evidence?: readonly Evidence[]
  /** Which damages to its job the test has noticed, where it was asked with `mutate`. */
  readonly mutation?: Score
}

export interface ReportHead {
  readonly source: 'command line' | 'Vitest'
  /** Of this package. */
  readonly version: string
  readonly state: 'passed' | 'failed' | 'interrupted'
  /** How it ended, in a sentence or two. */
  readonly outcome: string
  /** Of the command line's stream; tests have seeds of their own. */
  readonly seed?: number | undefined
  /** The command that makes the same changes again. */
  readonly replay?: string | undefined
  /** Of `cloudberry-cdc audit`. */
  readonly audit?: AuditGrade | undefined
  /** Absent on the command line. */
  readonly tests?: readonly TestFacts[]
}

/** Everything that a run report shows: the content of its JSON file. Durations are in milliseconds unless said otherwise. */
export interface ReportFacts extends ReportHead, ChangeCounts {
  readonly format: 1
  /** When the first batch began and the last was answered, as ISO 8601; null without a commit. */
  readonly began: string | null
  readonly ended: string | null
  readonly seconds: number
  readonly commits: number
  readonly changes: number
  readonly changesPerSecond: number
  /** From BEGIN to the answer to COMMIT, with retries; null without a commit. */
  readonly latency: { readonly mean: number; readonly slowest: number } | null
  /** The most that a batch began behind its schedule. */
  readonly lag: number | null
  readonly retries: number
  /** COMMITs whose answer was lost and whose outcome was read back. */
  readonly resolved: number
  /** The first 100 of both kinds; repeated attempts that failed for one reason are one. */
  readonly faults: readonly Fault[]
  readonly tables: readonly ({ readonly table: string } & ChangeCounts)[]
  readonly intervals: readonly Interval[]
  /** At most 2,000. */
  readonly points: readonly CommitPoint[]
}

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

export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('vitest-cloudberry-cdc/package.json') as { version: string }
  return version
}
