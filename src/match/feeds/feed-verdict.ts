import type { CapturedChange } from '../../events/captured-change.js'
import type { FeedAnomalies } from './feed-anomalies.js'
import type { DueChange, FeedComparison } from './feed-change.js'
import { judgeRead, type RowRead } from './feed-reads.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import type { FeedRows } from './feed-rows.js'
import type { FeedSnapshot } from './feed-snapshot.js'
import { longestAscent } from './longest-ascent.js'

export type ReplayRules = Required<ReplayLimits>

/** How a feed is taken, in one of several ways. */
export interface AttemptRules extends ReplayRules {
  /** The commit with which the changes are taken to begin. */
  readonly begin: number
  readonly snapshot: FeedSnapshot | undefined
  /** The last commit that a reader may see. */
  readonly visible: number
}

/** A feed of which all events were taken. */
export interface TakenFeed {
  readonly table: string
  readonly rows: FeedRows
  readonly comparison: FeedComparison
  readonly rules: AttemptRules
  readonly anomalies: FeedAnomalies
  readonly changes: readonly { readonly captured: CapturedChange; readonly due: DueChange }[]
  readonly reads: readonly TakenRead[]
  /** The first commit and the last one that it has changes of; infinite, and `from`, where it has none. */
  readonly first: number
  readonly last: number
}

/** A row that was read: behind which commit, and behind how many changes. */
export interface TakenRead extends Omit<RowRead, 'window'> {
  readonly after: number
  readonly changes: number
}

/** Looks at a feed as a whole: is its order right, where does it begin, and what did it leave out up to its end? */
export function judgeFeed(feed: TakenFeed): Omit<FeedReplay, 'elsewhere'> {
  judgeOrder(feed)
  judgeReads(feed)
  const begin = judgeSeam(feed)
  judgeMissing(feed, begin)
  const { rows, anomalies, last } = feed
  const { since, until } = feed.rules
  // One that ends early lacks all that comes after its end, and each of it is no loss of its own.
  if (last < since && rows.missing(last + 1, since).length > 0) {
    const text = `stale read: the feed ends at commit ${last} of ${since}`
    anomalies.push('stale read', undefined, last, text, undefined)
  }
  if (last > until) {
    const text = `out of order: the feed goes on to commit ${last}, after commit ${until}`
    anomalies.push('out of order', undefined, last, text, undefined)
  }
  return { from: begin - 1, commit: last, anomalies: anomalies.all }
}

function judgeOrder({ rules, changes, anomalies }: TakenFeed): void {
  if (rules.order === 'key') return
  const inOrder = longestAscent(changes.map(({ due }) => due.commit))
  changes.forEach(({ captured, due }, index) => {
    if (inOrder.has(index)) return
    anomalies.add('out of order', due, due.commit, `(commit ${due.commit}) is not told in its turn`, captured)
  })
}

function judgeReads({ rules, rows, comparison, changes: all, reads, anomalies }: TakenFeed): void {
  for (const { captured, number, after, changes } of reads) {
    const next = rules.order === 'key' ? undefined : all[changes]?.due.commit
    const window = { first: after, last: Math.max(after, next ?? rules.visible) }
    const wrong = judgeRead({ captured, number, window }, comparison, rules.visible)
    if (wrong) anomalies.add(wrong.name, rows.rowOf(captured), wrong.commit, wrong.what, captured)
  }
}

/** Where the first rows and the changes meet. Returns the first commit that has to be there as a whole. */
function judgeSeam({ rules, rows, changes, anomalies, first }: TakenFeed): number {
  const { from } = rules
  const snapshot = rules.snapshot && from
  if (snapshot !== undefined && first <= snapshot) {
    if (rules.delivery === 'exactly-once') {
      const both = new Set(changes.flatMap(({ due: { commit } }) => (commit <= snapshot ? [commit] : [])))
      const what = `${commitsInWords([...both])} in both, the snapshot of commit ${snapshot} and the changes`
      anomalies.addSeam(first, what)
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
  anomalies.addSeam(gap[0]!, `${commitsInWords(gap)} ${where}`)
  return first
}

function judgeMissing({ table, rules, rows, anomalies, last }: TakenFeed, begin: number): void {
  const { since, order } = rules
  const missing = rows.missing(begin, Math.max(begin - 1, last))
  // Parts of a feed that each have an order of their own end with commits of their own.
  const lost = order === 'commit' ? missing : missing.filter((due) => due.commit <= since || wentOn(rows, due))
  const ofLast = lost.filter(({ commit }) => commit === last)
  // What is missing of the last commit was cut off, if more than one change is and some are not.
  const total = order === 'commit' && ofLast.length > 1 ? rows.changesOf(last) : 0
  const isTorn = ofLast.length < total
  if (isTorn) {
    const { key, number } = ofLast[0]!
    const what = `${total - ofLast.length} of the ${total} changes of commit ${last} are told`
    anomalies.push('torn transaction', key, last, `torn transaction: ${what}, ${table} ${key} is not`, number)
  }
  for (const { kind, key, commit, number } of lost) {
    if (isTorn && commit === last) continue
    const name = kind === 'insert' ? 'lost insert' : kind === 'update' ? 'lost update' : 'resurrected delete'
    const text = `${name}: ${table} ${key}, the ${kind.toUpperCase()} of commit ${commit} is not told`
    anomalies.push(name, key, commit, text, number)
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
