import type { AnomalyName } from '../anomaly.js'
import type { DueChange } from './feed-change.js'
import type { FeedReplay } from './feed-replay.js'
import type { FeedRows } from './feed-rows.js'
import type { ReplayAttempt, TakenRead } from './replay-attempt.js'

/** Looks at a feed as a whole: is its order right, where does it begin, and what did it leave out up to its end? */
export function judgeFeed(feed: ReplayAttempt): Omit<FeedReplay, 'elsewhere'> {
  judgeOrder(feed)
  for (const read of feed.reads) judgeRead(feed, read)
  const begin = judgeSeam(feed)
  judgeMissing(feed, begin)
  const { rows, anomalies, last } = feed
  const { since, until } = feed.rules
  // One that ends early lacks all that comes after its end, and each of it is no loss of its own.
  if (last < since && rows.missing(last + 1, since).length > 0) {
    anomalies.push('stale read', last, `the feed ends at commit ${last} of ${since}`)
  }
  if (last > until) {
    anomalies.push('out of order', last, `the feed goes on to commit ${last}, after commit ${until}`)
  }
  return { from: begin - 1, commit: last, anomalies: anomalies.all }
}

function judgeOrder({ rules, changes, anomalies }: ReplayAttempt): void {
  if (rules.order === 'key') return
  const inOrder = longestAscent(changes.map(({ due }) => due.commit))
  changes.forEach(({ captured, due }, index) => {
    if (inOrder.has(index)) return
    anomalies.add('out of order', due, due.commit, `(commit ${due.commit}) is not told in its turn`, captured)
  })
}

/** A row that is read while the changes go on, as incremental snapshots do, is right with values that it had at some commit meanwhile. */
function judgeRead({ rules, comparison, changes, anomalies }: ReplayAttempt, read: TakenRead): void {
  const { captured, number, after } = read
  const next = rules.order === 'key' ? undefined : changes[read.changes]?.due.commit
  const before = Math.max(after, next ?? rules.visible)
  const spans = number === undefined ? [] : comparison.spansOf(captured, number, rules.visible)
  if (spans.some(({ first, last }) => first <= before && last >= after)) return
  const between = after === before ? `at commit ${after}` : `between the commits ${after} and ${before}`
  const wrong = (name: AnomalyName, commit: number | undefined, what: string): void =>
    anomalies.add(name, read, commit, `is read ${between}${what}`, captured)
  const earlier = spans.findLast(({ last }) => last < after)
  const later = spans.find(({ first }) => first > before)
  if (earlier) wrong('stale read', earlier.first, ` as it was only up to commit ${earlier.last}`)
  else if (later) wrong('out of order', later.first, ` as it is only from commit ${later.first} on`)
  else if (number !== undefined && comparison.isKnown(number, rules.visible)) {
    wrong('wrong value', undefined, ' with values that no commit wrote')
  } else wrong('phantom', undefined, ', and never was in the table')
}

/** Where the first rows and the changes meet. Returns the first commit that has to be there as a whole. */
function judgeSeam({ table, rules, rows, changes, anomalies, first }: ReplayAttempt): number {
  const { from } = rules
  const snapshot = rules.snapshot && from
  if (snapshot !== undefined && first <= snapshot) {
    if (rules.delivery === 'exactly-once') {
      const both = new Set(changes.flatMap(({ due: { commit } }) => (commit <= snapshot ? [commit] : [])))
      const what = `${commitsInWords([...both])} in both, the snapshot of commit ${snapshot} and the changes`
      anomalies.push('seam', first, `${table}, ${what}`)
    }
    return snapshot + 1
  }
  // A feed that has changes from before `from` has to have all from there on.
  const begin = Math.min(from, first - 1) + 1
  if (first === Number.POSITIVE_INFINITY) return begin
  const gap: number[] = []
  for (let commit = begin; commit < first; commit++) if (rows.changesOf(commit) > 0) gap.push(commit)
  if (gap.length === 0) return begin
  const where =
    snapshot === undefined
      ? `not told: the feed begins with commit ${first}. If it was to begin there, use \`from\``
      : `in neither, the snapshot of commit ${snapshot} nor the changes`
  anomalies.push('seam', gap[0], `${table}, ${commitsInWords(gap)} ${where}`)
  return first
}

function judgeMissing({ table, rules, rows, anomalies, last }: ReplayAttempt, begin: number): void {
  const { since, order } = rules
  const missing = rows.missing(begin, Math.max(begin - 1, last))
  // Parts of a feed that each have an order of their own end with commits of their own.
  const lost = order === 'commit' ? missing : missing.filter((due) => due.commit <= since || wentOn(rows, due))
  const ofLast = lost.filter(({ commit }) => commit === last)
  // What is missing of the last commit was cut off, if more than one change is and some are not.
  const total = order === 'commit' && ofLast.length > 1 ? rows.changesOf(last) : 0
  const isTorn = ofLast.length < total
  if (isTorn) {
    const row = ofLast[0]!
    const what = `${total - ofLast.length} of the ${total} changes of commit ${last} are told`
    anomalies.push('torn transaction', last, `${what}, ${table} ${row.key} is not`, row)
  }
  for (const due of lost) {
    const { kind, key, commit } = due
    if (isTorn && commit === last) continue
    const name = kind === 'insert' ? 'lost insert' : kind === 'update' ? 'lost update' : 'resurrected delete'
    anomalies.push(name, commit, `${table} ${key}, the ${kind.toUpperCase()} of commit ${commit} is not told`, due)
  }
}

/** Whether a later change of the same row was taken. */
function wentOn(rows: FeedRows, { number, index }: DueChange): boolean {
  return [...rows.row(number).seen].some((seen) => seen > index)
}

/** `commit 11 is` or `the commits 1–10 are`. */
function commitsInWords(commits: readonly number[]): string {
  const [first, last] = [commits[0], commits.at(-1)]
  return commits.length === 1 ? `commit ${first} is` : `the commits ${first}–${last} are`
}

/**
 * The indexes of a longest part of a list that never descends (patience sorting). What is not in it has to move to put
 * the list in order, and nothing else.
 */
function longestAscent(values: readonly number[]): Set<number> {
  /** By length − 1: the index at which the best ascent of that length ends. */
  const ends: number[] = []
  const previous = new Map<number, number>()
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (values[ends[middle]!]! <= value) low = middle + 1
      else high = middle
    }
    if (low > 0) previous.set(index, ends[low - 1]!)
    ends[low] = index
  })
  const ascent = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = previous.get(index)) ascent.add(index)
  return ascent
}
