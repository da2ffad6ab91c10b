import type { Anomaly } from '../match/anomaly.js'
import { explainMismatch, matchingCommits } from '../match/rows/explain-mismatch.js'
import type { Reading } from '../match/rows/reading.js'
import type { AuditRead } from './audit-read.js'
import { commonRanges, toRanges } from './commit-ranges.js'
import { hasForeignRow } from './left-over.js'

/**
 * Finds the commits that a read shows, and what is wrong where there are none.
 *
 * @param snapshots whether its tables are of one moment
 */
export function judgeRead(readings: readonly Reading[], snapshots: boolean): Pick<AuditRead, 'tables' | 'anomalies'> {
  // What was sent when the rows were there; the ledger is planned no further.
  const until = Math.min(...readings.map((reading) => reading.until))
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
