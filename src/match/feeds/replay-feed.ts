import type { CapturedChange } from '../../events/captured-change.js'
import { likelyBegins } from './feed-begin.js'
import { FeedComparison } from './feed-change.js'
import type { FeedReplay } from './feed-replay.js'
import { FeedRows } from './feed-rows.js'
import { type FeedSnapshot, findSnapshot, lastAttempt } from './feed-snapshot.js'
import { resolveState } from '../narrowed-table.js'
import type { ReplayRules } from './feed-verdict.js'
import { ReplayAttempt } from './replay-attempt.js'
import type { TableState } from '../table-state.js'

/**
 * Applies a captured feed of one table in its order and compares it with what the table went through: first the rows that
 * it begins with, if it does, then every change once, in the order of the commits, each transaction in one piece.
 */
export function replayFeed(
  feed: readonly CapturedChange[],
  state: TableState,
  limits: ReplayRules,
): Omit<FeedReplay, 'elsewhere'> {
  const { table, until } = resolveState(state)
  const comparison = new FeedComparison(table)
  const newRows = (): FeedRows => new FeedRows(table, comparison, until)
  const snapshot = snapshotOf(feed, state, newRows(), limits)
  const rest = snapshot ? feed.slice(changesFrom(feed)) : feed
  const replay = (from: number, begin: number): Omit<FeedReplay, 'elsewhere'> => {
    const attempt = new ReplayAttempt(table.name, comparison, newRows(), {
      ...limits,
      from,
      begin,
      snapshot,
      visible: until,
    })
    for (const captured of rest) attempt.take(captured)
    return attempt.finish()
  }
  const { first, last } = snapshot?.commits ?? { first: limits.from, last: limits.from }
  let best = replay(first, first + 1)
  if (best.anomalies.length === 0) return best
  const changes = rest.filter(({ kind }) => kind !== 'read')
  const others = [
    [last, last + 1] as const,
    ...Array.from(
      { length: Math.min(last - first, MOST_TRIED) },
      (_, index) => [first + index + 1, first + index + 2] as const,
    ),
    ...likelyBegins(changes, newRows(), comparison, until).map((begin) => [first, begin] as const),
  ]
  for (const [from, begin] of others) {
    const other = replay(from, begin)
    if (other.anomalies.length < best.anomalies.length) best = other
  }
  return best
}

/** Of commits that all have the rows of a snapshot. */
const MOST_TRIED = 10

/** The rows that a feed begins with; undefined where it begins with changes. */
function snapshotOf(
  feed: readonly CapturedChange[],
  state: TableState,
  rows: FeedRows,
  { delivery, until }: ReplayRules,
): FeedSnapshot | undefined {
  const begin = changesFrom(feed)
  const reads = feed.slice(0, begin)
  if (reads.length === 0) return undefined
  const keyOf = (read: CapturedChange): string => rows.rowOf(read).key
  const snapshot = findSnapshot(delivery === 'at-least-once' ? lastAttempt(reads, keyOf) : reads, state, until)
  // A connector that reads a table by parts while the changes go on can begin with a part.
  const byParts = snapshot.anomalies.length > 0 && feed.slice(begin).some(({ kind }) => kind === 'read')
  return byParts ? undefined : snapshot
}

function changesFrom(feed: readonly CapturedChange[]): number {
  const first = feed.findIndex(({ kind }) => kind !== 'read')
  return first < 0 ? feed.length : first
}
