import type { CapturedChange } from '../../events/captured-change.js'
import type { Anomaly } from '../anomaly.js'
import type { CommitRange } from '../commit-target.js'
import { compareWithCommits } from '../rows/compare-with-commits.js'
import { floorFrom } from '../floor.js'
import { resolveState } from '../narrowed-table.js'
import { toReading } from '../rows/reading.js'
import type { TableState } from '../table-state.js'

/** The rows that a feed begins with. */
export interface FeedSnapshot {
  /** The commits after which the table was like them, or the nearest one where it never was. UPDATEs that change nothing leave several. */
  readonly commits: CommitRange
  /** Why they are the table after no commit; empty where they are. */
  readonly anomalies: readonly Anomaly[]
}

/**
 * Finds the commit that a snapshot is of: all of a table's rows after some commit. Columns that a connector leaves out
 * are not compared.
 *
 * @param until the last commit that it can be of
 */
export function findSnapshot(reads: readonly CapturedChange[], state: TableState, until: number): FeedSnapshot {
  const rows = reads.map(({ after = {} }) => after)
  const { columns } = resolveState(state).view
  const named = columns.map(({ name }) => name).filter((name) => rows.every((row) => row[name] !== undefined))
  const compared = named.length === columns.length ? state : state.columns(named)
  const match = compareWithCommits([toReading(compared, rows)], floorFrom(0, until))
  if (match.range) return { commits: match.range, anomalies: [] }
  const { nearest, anomalies } = match.explain()
  const inSnapshot = (anomaly: Anomaly): Anomaly => ({ ...anomaly, text: `${anomaly.text} (in the snapshot)` })
  return { commits: { first: nearest, last: nearest }, anomalies: anomalies.map(inSnapshot) }
}

/**
 * The last attempt of a snapshot. A connector that is stopped in the middle of one begins it anew: where rows may come
 * again, a key that comes again begins the next attempt.
 */
export function lastAttempt(
  reads: readonly CapturedChange[],
  keyOf: (read: CapturedChange) => string,
): readonly CapturedChange[] {
  const keys = new Set<string>()
  let begin = 0
  reads.forEach((read, index) => {
    const key = keyOf(read)
    if (keys.has(key)) {
      keys.clear()
      begin = index
    }
    keys.add(key)
  })
  return reads.slice(begin)
}
