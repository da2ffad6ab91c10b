import type { CapturedChange } from '../../events/captured-change.js'
import type { Anomaly } from '../anomaly.js'
import type { CommitRange } from '../commit-target.js'
import { FeedAnomalies } from './feed-anomalies.js'
import type { DueChange, EventRow, FeedComparison } from './feed-change.js'
import type { FeedRow, FeedRows } from './feed-rows.js'
import type { ReplayLimits } from './feed-replay.js'

/** The rows that a feed begins with. */
export interface FeedSnapshot {
  /** The commits after which the table was like them, or the nearest one where it never was. UPDATEs that change nothing leave several. */
  readonly commits: CommitRange
  /** Why they are the table after no commit; empty where they are. */
  readonly anomalies: readonly Anomaly[]
}

/** How a feed is taken, in one of several ways. */
interface AttemptRules extends Required<ReplayLimits> {
  /** The commit with which the changes are taken to begin. */
  readonly begin: number
  readonly snapshot: FeedSnapshot | undefined
  /** The last commit that a reader may see. */
  readonly visible: number
}

/** A row that was read: behind which commit, and behind how many changes. */
export interface TakenRead extends EventRow {
  readonly captured: CapturedChange
  readonly after: number
  readonly changes: number
}

/** One way of taking a feed: with the commit with which its changes may begin. */
export class ReplayAttempt {
  readonly table: string
  readonly comparison: FeedComparison
  readonly rows: FeedRows
  readonly rules: AttemptRules
  readonly anomalies: FeedAnomalies
  readonly changes: { readonly captured: CapturedChange; readonly due: DueChange }[] = []
  readonly reads: TakenRead[] = []
  /** The first commit and the last one that it has changes of; infinite, and `from`, where it has none. */
  first: number = Number.POSITIVE_INFINITY
  last: number
  /** Which transaction of the feed has a commit, and the other way round. */
  readonly #transactions = new Map<number, string>()
  readonly #commits = new Map<string, number>()
  /** How many changes of each commit came. */
  readonly #came = new Map<number, number>()
  /** Up to which commit, from the one with which the feed begins, all came. */
  #whole: number

  constructor(table: string, comparison: FeedComparison, rows: FeedRows, rules: AttemptRules) {
    this.table = table
    this.comparison = comparison
    this.rows = rows
    this.rules = rules
    this.last = rules.from
    this.#whole = rules.begin - 1
    this.anomalies = new FeedAnomalies(table, rows, rules.snapshot?.anomalies)
  }

  take(captured: CapturedChange): void {
    const itsRow = this.rows.rowOf(captured)
    const { number } = itsRow
    const row = number === undefined ? undefined : this.rows.row(number)
    if (captured.kind === 'read') {
      const ofRow = row?.due.findLast(({ index }) => row.seen.has(index))?.commit ?? this.rules.from
      const after = this.rules.order === 'key' ? ofRow : this.last
      this.reads.push({ ...itsRow, captured, after, changes: this.changes.length })
      return
    }
    if (!row || row.due.length === 0)
      return this.anomalies.add('phantom', itsRow, undefined, 'was never changed', captured)
    const same = row.due.filter((due) => this.comparison.isSame(captured, due))
    const fresh = this.#nextOf(same, row, captured)
    if (fresh && !this.#isRepetition(fresh, same, row, captured)) {
      this.#see(fresh, row)
      return this.#takeChange(captured, fresh, row)
    }
    const again = same.at(-1)
    if (again) {
      if (this.rules.delivery === 'exactly-once')
        this.anomalies.add('duplicate', itsRow, again.commit, 'is told again', captured)
      return
    }
    const next = this.#nextOf(row.due, row, captured)
    const due = next ?? row.due.at(-1)!
    if (next) this.#see(next, row)
    this.#pass(due.commit)
    const columns = due.kind === captured.kind ? this.comparison.differences(captured, due).join(', ') : ''
    const what = columns ? `differs in ${columns}` : `is told as ${captured.kind.toUpperCase()}`
    const made = `commit ${due.commit} made it ${due.kind.toUpperCase()}`
    this.anomalies.add('wrong value', itsRow, due.commit, `${what}; ${made}`, captured)
  }

  /**
   * The change that an event is, of those that it can be: of the commit of its transaction, else the first one that is due.
   * Where a feed has the key of a DELETE alone, or an UPDATE changes nothing, it can be several.
   */
  #nextOf(candidates: readonly DueChange[], { seen }: FeedRow, captured: CapturedChange): DueChange | undefined {
    const unseen = candidates.filter(({ index }) => !seen.has(index))
    const commit = this.#commitOf(captured)
    return (
      unseen.find((due) => due.commit === commit) ?? unseen.find((due) => due.commit >= this.rules.begin) ?? unseen[0]
    )
  }

  #commitOf({ commit, transaction = '' }: CapturedChange): number | undefined {
    return commit ?? this.#commits.get(transaction)
  }

  #see({ index, commit }: DueChange, { seen }: FeedRow): void {
    seen.add(index)
    this.#came.set(commit, (this.#came.get(commit) ?? 0) + 1)
  }

  /**
   * Whether an event that looks like a later change of its row repeats an earlier one: it is of another commit, or that
   * change would not be in its turn.
   */
  #isRepetition(
    fresh: DueChange,
    same: readonly DueChange[],
    { due, seen }: FeedRow,
    captured: CapturedChange,
  ): boolean {
    const { delivery, order, begin } = this.rules
    const seenBefore = same.filter(({ index }) => seen.has(index))
    if (delivery === 'exactly-once' || seenBefore.length === 0) return false
    const commit = this.#commitOf(captured)
    if (commit !== undefined) return fresh.commit !== commit && seenBefore.some((each) => each.commit === commit)
    if (fresh.commit < begin) return true
    if (order === 'commit') return !this.#isWholeBefore(fresh.commit)
    return due.some((each) => each.commit >= begin && each.index < fresh.index && !seen.has(each.index))
  }

  /** Whether all changes of the commits before this one have come. */
  #isWholeBefore(commit: number): boolean {
    while (
      this.#whole + 1 < commit &&
      this.rows.changesOf(this.#whole + 1) === (this.#came.get(this.#whole + 1) ?? 0)
    ) {
      this.#whole += 1
    }
    return this.#whole + 1 >= commit
  }

  #pass(commit: number): void {
    this.first = Math.min(this.first, commit)
    this.last = Math.max(this.last, commit)
  }

  #takeChange(captured: CapturedChange, due: DueChange, row: FeedRow): void {
    const { commit } = due
    this.#pass(commit)
    this.changes.push({ captured, due })
    const later = row.due.find(({ index }) => index > due.index && row.seen.has(index))
    if (later?.commit === commit || (later && this.rules.order === 'key')) {
      const what =
        later.commit === commit ? `a later change of its commit ${commit}` : `its change of commit ${later.commit}`
      this.anomalies.add('out of order', due, commit, `is told after ${what}`, captured)
    }
    const { transaction } = captured
    if (transaction === undefined) return
    const known = this.#transactions.get(commit) ?? transaction
    const other = this.#commits.get(transaction) ?? commit
    this.#transactions.set(commit, known)
    this.#commits.set(transaction, other)
    if (known !== transaction) {
      const what = `is told in transaction ${transaction}, others of commit ${commit} in ${known}`
      this.anomalies.add('torn transaction', due, commit, what, captured)
    } else if (other !== commit) {
      const what = `(commit ${commit}) is told in transaction ${transaction} together with commit ${other}`
      this.anomalies.add('torn transaction', due, commit, what, captured)
    }
  }
}
