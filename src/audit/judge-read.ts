import type { Anomaly } from '../match/anomaly.js'
import { explainMismatch, matchingCommits } from '../match/rows/explain-mismatch.js'
import type { Reading } from '../match/rows/reading.js'
import type { AuditRead } from './audit-read.js'
import { commonRanges, toRanges } from './commit-ranges.js'
import { hasForeignRow } from './left-over.js'

/** Which commits a read may show, and whether its tables are of one moment. */
interface Judged {
  /** The last commit that was sent when it ended. */
  readonly until: number
  readonly snapshots: boolean
}

/** Finds the commits that a read shows, and what is wrong where there are none. */
export function judgeRead(
  readings: readonly Reading[],
  { until, snapshots }: Judged,
): Pick<AuditRead, 'tables' | 'anomalies'> {
  const shown = readings.map((reading) => {
    const commits = toRanges(matchingCommits([reading], 0, until))
    return { reading, commits, foreign: commits.length === 0 && hasForeignRow(reading) }
  })
  const tables = Object.fromEntries(shown.map(({ reading, commits, foreign }) => [reading.name, { commits, foreign }]))
  const isOne = commonRanges(shown.map(({ commits }) => commits)).length > 0
  const wrong = snapshots
    ? [isOne ? [] : readings]
    : shown.flatMap(({ reading, commits }) => (commits.length === 0 ? [[reading]] : []))
  const anomalies = wrong.flatMap((together) => (together.length === 0 ? [] : anomaliesOf(together, 0, until)))
  return { tables, anomalies: firstOfEach(anomalies) }
}

/** What is wrong with a read that was to be as after a commit of a range. */
export function anomaliesOf(readings: readonly Reading[], since: number, until: number): readonly Anomaly[] {
  return explainMismatch(readings, { since, until, because: 'the last one' }).anomalies
}

export function firstOfEach(anomalies: readonly Anomaly[]): readonly Anomaly[] {
  return [...new Map(anomalies.toReversed().map((anomaly) => [anomaly.name, anomaly])).values()].toReversed()
}
