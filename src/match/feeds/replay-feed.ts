import type { CapturedChange } from '../../events/captured-change.js'
import { FeedComparison } from './feed-change.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import { FeedRows } from './feed-rows.js'
import { resolveState } from '../narrowed-table.js'
import { judgeFeed } from './feed-verdict.js'
import { type FeedSnapshot, ReplayAttempt } from './replay-attempt.js'
import type { TableState } from '../commit-target.js'
import type { Anomaly } from '../anomaly.js'
import { compareWithCommits } from '../rows/compare-with-commits.js'
import { floorFrom } from '../floor.js'
import { toReading } from '../rows/reading.js'

/**
 * Applies a captured feed of one table in its order and compares it with what the table went through: first the rows that
 * it begins with, if it does, then every change once, in the order of the commits, each transaction in one piece.
 */
export function replayFeed(
  feed: readonly CapturedChange[],
  state: TableState,
  limits: Required<ReplayLimits>,
): Omit<FeedReplay, 'elsewhere'> {
  const { table, until } = resolveState(state)
  const comparison = new FeedComparison(table)
  const newRows = (): FeedRows => new FeedRows(table, comparison, until)
  const snapshot = snapshotOf(feed, state, newRows(), limits)
  const rest = snapshot ? feed.slice(changesFrom(feed)) : feed
  const replay = (from: number, begin: number): Omit<FeedReplay, 'elsewhere'> => {
    const rules = { ...limits, from, begin, snapshot, visible: until }
    const attempt = new ReplayAttempt(table.name, comparison, newRows(), rules)
    for (const captured of rest) attempt.take(captured)
    return judgeFeed(attempt)
  }
  const { first, last } = snapshot?.commits ?? { first: limits.from, last: limits.from }
  let best = replay(first, first + 1)
  if (best.anomalies.length === 0) return best
  const changes = rest.filter(({ kind }) => kind !== 'read')
  const froms = [last, ...Array.from({ length: Math.min(last - first, MOST_TRIED) }, (_, index) => first + index + 1)]
  const others = [
    ...froms.map((from) => ({ from, begin: from + 1 })),
    ...likelyBegins(changes, newRows(), comparison, until).map((begin) => ({ from: first, begin })),
  ]
  for (const { from, begin } of others) {
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
  { delivery, until }: Required<ReplayLimits>,
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

const MOST_BEGINS = 5

/**
 * The commits with which a feed may begin. Its first change that can be of one commit alone says how far back: what comes
 * before it has to fill the commits between. Needed where changes look alike (an UPDATE that changes nothing, a DELETE of
 * which the feed has the key alone), as there is no other way to see of which commit they are.
 */
function likelyBegins(
  changes: readonly CapturedChange[],
  rows: FeedRows,
  comparison: FeedComparison,
  until: number,
): readonly number[] {
  for (const [before, captured] of changes.entries()) {
    const { number } = rows.rowOf(captured)
    if (number === undefined) continue
    const [only, ...others] = rows.row(number).due.filter((due) => comparison.isSame(captured, due))
    if (only && others.length === 0) return [...new Set([...filling(before, only.commit, rows), only.commit])]
  }
  // All of them look alike: they may be the last ones.
  return filling(changes.length, until + 1, rows)
}

/** The commits from which on the changes of a table up to a place in a commit are as many as came. */
function filling(came: number, commit: number, rows: FeedRows): number[] {
  const found: number[] = []
  const ofLast = rows.isMade(commit) ? rows.changesOf(commit) : 1
  for (let [begin, sum] = [commit, 0]; begin >= 1 && sum <= came && found.length < MOST_BEGINS;) {
    if (came < sum + ofLast) found.push(begin)
    begin -= 1
    if (begin >= 1) sum += rows.changesOf(begin)
  }
  return found
}

/**
 * Finds the commit that a snapshot is of: all of a table's rows after some commit. Columns that a connector leaves out
 * are not compared.
 *
 * @param until the last commit that it can be of
 */
function findSnapshot(reads: readonly CapturedChange[], state: TableState, until: number): FeedSnapshot {
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
function lastAttempt(
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
