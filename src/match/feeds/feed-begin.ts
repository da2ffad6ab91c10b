import type { CapturedChange } from '../../events/captured-change.js'
import type { FeedComparison } from './feed-change.js'
import type { FeedRows } from './feed-rows.js'

const MOST = 5

/**
 * The commits with which a feed may begin. Its first change that can be of one commit alone says how far back: what comes
 * before it has to fill the commits between. Needed where changes look alike (an UPDATE that changes nothing, a DELETE of
 * which the feed has the key alone), as there is no other way to see of which commit they are.
 */
export function likelyBegins(
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
  for (let [begin, sum] = [commit, 0]; begin >= 1 && sum <= came && found.length < MOST;) {
    if (came < sum + ofLast) found.push(begin)
    begin -= 1
    if (begin >= 1) sum += rows.changesOf(begin)
  }
  return found
}
