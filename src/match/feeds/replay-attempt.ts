import type { CapturedChange } from '../../events/captured-change.js'
import type { LedgerTable } from '../../ledger/ledger-table.js'
import { FeedAnomalies } from './feed-anomalies.js'
import type { DueChange, FeedComparison } from './feed-change.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import { judgeRead, type RowRead } from './feed-reads.js'
import type { FeedRow, FeedRows, ToldRow } from './feed-rows.js'
import type { FeedSnapshot } from './feed-snapshot.js'
import { longestAscent } from './longest-ascent.js'

export type ReplayRules = Required<ReplayLimits>

interface Attempt extends ReplayRules {
  /** The commit with which the changes are taken to begin. */
  readonly begin: number
  readonly snapshot: FeedSnapshot | undefined
}

/** One way of taking a feed: with the commit with which its changes may begin. */
export class ReplayAttempt {
  readonly #table: LedgerTable
  readonly #comparison: FeedComparison
  readonly #rows: FeedRows
  readonly #visible: number
  readonly #limits: Attempt
  readonly #anomalies: FeedAnomalies
  /** Which transaction of the feed tells of a commit, and the other way round. */
  readonly #transactions = new Map<number, string>()
  readonly #commits = new Map<string, number>()
  readonly #taken: { readonly captured: CapturedChange; readonly due: DueChange }[] = []
  readonly #reads: { readonly read: Omit<RowRead, 'window'>; readonly after: number; readonly taken: number }[] = []
  /** How many changes of each commit were told. */
  readonly #told = new Map<number, number>()
  /** Up to which commit, from the one with which the feed begins, all were told. */
  #whole: number
  #first = Number.POSITIVE_INFINITY
  #last: number

  constructor(table: LedgerTable, comparison: FeedComparison, rows: FeedRows, visible: number, limits: Attempt) {
    this.#table = table
    this.#comparison = comparison
    this.#rows = rows
    this.#visible = visible
    this.#limits = limits
    this.#last = limits.from
    this.#whole = limits.begin - 1
    this.#anomalies = new FeedAnomalies(table.name, rows, limits.snapshot?.anomalies)
  }

  take(captured: CapturedChange): void {
    const told = this.#rows.toldBy(captured)
    const { key, number } = told
    const row = number === undefined ? undefined : this.#rows.row(number)
    if (captured.kind === 'read') return this.#noteRead(captured, told, row)
    if (!row || row.due.length === 0)
      return this.#anomalies.add('phantom', key, undefined, 'was never changed', captured)
    const same = row.due.filter((due) => this.#comparison.isSame(captured, due))
    const fresh = this.#nextOf(same, row, captured)
    if (fresh && !this.#isRepetition(fresh, same, row, captured)) {
      this.#see(fresh, row)
      return this.#takeChange(captured, fresh, row)
    }
    const again = same.at(-1)
    if (again) {
      if (this.#limits.delivery === 'exactly-once')
        this.#anomalies.add('duplicate', key, again.commit, 'is told again', captured)
      return
    }
    const next = this.#nextOf(row.due, row, captured)
    const due = next ?? row.due.at(-1)!
    if (next) this.#see(next, row)
    this.#pass(due.commit)
    const columns = due.kind === captured.kind ? this.#comparison.differences(captured, due).join(', ') : ''
    const what = columns ? `differs in ${columns}` : `is told as ${captured.kind.toUpperCase()}`
    const made = `commit ${due.commit} made it ${due.kind.toUpperCase()}`
    this.#anomalies.add('wrong value', key, due.commit, `${what}; ${made}`, captured)
  }

  /** Looks for what the feed left out up to the commit with which it ends. */
  finish(): Omit<FeedReplay, 'elsewhere'> {
    this.#judgeOrder()
    this.#judgeReads()
    const begin = this.#judgeSeam()
    this.#judgeMissing(begin)
    const { since, until } = this.#limits
    // One that ends early lacks all that comes after its end, and each of it is no loss of its own.
    if (this.#last < since && this.#rows.missing(this.#last + 1, since).length > 0) {
      const text = `stale read: the feed ends at commit ${this.#last} of ${since}`
      this.#anomalies.push('stale read', undefined, this.#last, text, undefined)
    }
    if (this.#last > until) {
      const text = `out of order: the feed goes on to commit ${this.#last}, after commit ${until}`
      this.#anomalies.push('out of order', undefined, this.#last, text, undefined)
    }
    return { from: begin - 1, commit: this.#last, anomalies: this.#anomalies.all }
  }

  /**
   * The one that an event tells of, of those that it can: of the commit that its transaction tells of, else the first one
   * that is due. Where a feed tells the key of a DELETE alone, or an UPDATE changes nothing, several can be meant.
   */
  #nextOf(candidates: readonly DueChange[], { seen }: FeedRow, captured: CapturedChange): DueChange | undefined {
    const unseen = candidates.filter(({ index }) => !seen.has(index))
    const { transaction = '' } = captured
    const commit = captured.commit ?? this.#commits.get(transaction)
    return (
      unseen.find((due) => due.commit === commit) ?? unseen.find((due) => due.commit >= this.#limits.begin) ?? unseen[0]
    )
  }

  #see({ index, commit }: DueChange, { seen }: FeedRow): void {
    seen.add(index)
    this.#told.set(commit, (this.#told.get(commit) ?? 0) + 1)
  }

  /**
   * Whether an event tells again what looks like a later change of its row: it is of another commit, or that change would
   * not be in its turn.
   */
  #isRepetition(
    fresh: DueChange,
    same: readonly DueChange[],
    { due, seen }: FeedRow,
    captured: CapturedChange,
  ): boolean {
    const { delivery, order, begin } = this.#limits
    const told = same.filter(({ index }) => seen.has(index))
    if (delivery === 'exactly-once' || told.length === 0) return false
    const commit = captured.commit ?? this.#commits.get(captured.transaction ?? '')
    if (commit !== undefined) return fresh.commit !== commit && told.some((each) => each.commit === commit)
    if (fresh.commit < begin) return true
    if (order === 'commit') return !this.#isWholeBefore(fresh.commit)
    return due.some((each) => each.commit >= begin && each.index < fresh.index && !seen.has(each.index))
  }

  /** Whether all changes of the commits before this one have been told. */
  #isWholeBefore(commit: number): boolean {
    while (
      this.#whole + 1 < commit &&
      this.#rows.changesOf(this.#whole + 1) === (this.#told.get(this.#whole + 1) ?? 0)
    ) {
      this.#whole += 1
    }
    return this.#whole + 1 >= commit
  }

  #pass(commit: number): void {
    this.#first = Math.min(this.#first, commit)
    this.#last = Math.max(this.#last, commit)
  }

  #takeChange(captured: CapturedChange, due: DueChange, row: FeedRow): void {
    const { key, commit } = due
    this.#pass(commit)
    this.#taken.push({ captured, due })
    const later = row.due.find(({ index }) => index > due.index && row.seen.has(index))
    if (later?.commit === commit || (later && this.#limits.order === 'key')) {
      const what =
        later.commit === commit ? `a later change of its commit ${commit}` : `its change of commit ${later.commit}`
      this.#anomalies.add('out of order', key, commit, `is told after ${what}`, captured)
    }
    const { transaction } = captured
    if (transaction === undefined) return
    const known = this.#transactions.get(commit) ?? transaction
    const other = this.#commits.get(transaction) ?? commit
    this.#transactions.set(commit, known)
    this.#commits.set(transaction, other)
    if (known !== transaction) {
      const what = `is told in transaction ${transaction}, others of commit ${commit} in ${known}`
      this.#anomalies.add('torn transaction', key, commit, what, captured)
    } else if (other !== commit) {
      const what = `(commit ${commit}) is told in transaction ${transaction} together with commit ${other}`
      this.#anomalies.add('torn transaction', key, commit, what, captured)
    }
  }

  #noteRead(captured: CapturedChange, { number }: ToldRow, row: FeedRow | undefined): void {
    const ofRow = row?.due.findLast(({ index }) => row.seen.has(index))?.commit ?? this.#limits.from
    const after = this.#limits.order === 'key' ? ofRow : this.#last
    this.#reads.push({ read: { captured, number }, after, taken: this.#taken.length })
  }

  #judgeOrder(): void {
    if (this.#limits.order === 'key') return
    const inOrder = longestAscent(this.#taken.map(({ due }) => due.commit))
    this.#taken.forEach(({ captured, due: { key, commit } }, index) => {
      if (!inOrder.has(index))
        this.#anomalies.add('out of order', key, commit, `(commit ${commit}) is not told in its turn`, captured)
    })
  }

  #judgeReads(): void {
    for (const { read, after, taken } of this.#reads) {
      const next = this.#limits.order === 'key' ? undefined : this.#taken[taken]?.due.commit
      const window = { first: after, last: Math.max(after, next ?? this.#visible) }
      const wrong = judgeRead({ ...read, window }, this.#comparison, this.#visible)
      if (!wrong) continue
      const { captured } = read
      this.#anomalies.add(wrong.name, this.#rows.toldBy(captured).key, wrong.commit, wrong.what, captured)
    }
  }

  /** Where the first rows and the changes meet. Returns the first commit that has to be told as a whole. */
  #judgeSeam(): number {
    const { from } = this.#limits
    const first = this.#first
    const snapshot = this.#limits.snapshot && from
    if (snapshot !== undefined && first <= snapshot) {
      if (this.#limits.delivery === 'exactly-once') {
        const both = new Set(this.#taken.flatMap(({ due: { commit } }) => (commit <= snapshot ? [commit] : [])))
        this.#anomalies.addSeam(
          first,
          `${commitsInWords([...both])} in both, the snapshot of commit ${snapshot} and the changes`,
        )
      }
      return snapshot + 1
    }
    // What is told from before `from` on has to be told from there on.
    const begin = Math.min(from, first - 1) + 1
    if (first === Number.POSITIVE_INFINITY) return begin
    const gap: number[] = []
    for (let commit = begin; commit < first; commit++) if (this.#rows.changesOf(commit) > 0) gap.push(commit)
    if (gap.length === 0) return begin
    const where =
      snapshot === undefined
        ? `not told: the feed begins with commit ${first}. If it was to begin there, use \`from\``
        : `in neither, the snapshot of commit ${snapshot} nor the changes`
    this.#anomalies.addSeam(gap[0]!, `${commitsInWords(gap)} ${where}`)
    return first
  }

  #judgeMissing(begin: number): void {
    const { since, order } = this.#limits
    const missing = this.#rows.missing(begin, Math.max(begin - 1, this.#last))
    // Parts of a feed that each have an order of their own end with commits of their own.
    const lost = order === 'commit' ? missing : missing.filter((due) => due.commit <= since || this.#wentOn(due))
    const [torn, rest] = order === 'commit' ? this.#splitTorn(lost) : [[], lost]
    const [first] = torn
    if (first) {
      const total = this.#rows.changesOf(this.#last)
      const what = `${total - torn.length} of the ${total} changes of commit ${this.#last} are told`
      const text = `torn transaction: ${what}, ${this.#table.name} ${first.key} is not`
      this.#anomalies.push('torn transaction', first.key, this.#last, text, first.number)
    }
    for (const { kind, key, commit, number } of rest) {
      const name = kind === 'insert' ? 'lost insert' : kind === 'update' ? 'lost update' : 'resurrected delete'
      const text = `${name}: ${this.#table.name} ${key}, the ${kind.toUpperCase()} of commit ${commit} is not told`
      this.#anomalies.push(name, key, commit, text, number)
    }
  }

  /** Whether a later change of the same row is told. */
  #wentOn({ number, index }: DueChange): boolean {
    return [...this.#rows.row(number).seen].some((seen) => seen > index)
  }

  /** What is missing of the last commit was cut off, if more than one change is and some are not. */
  #splitTorn(lost: readonly DueChange[]): [readonly DueChange[], readonly DueChange[]] {
    const ofLast = lost.filter(({ commit }) => commit === this.#last)
    const isTorn = ofLast.length > 1 && ofLast.length < this.#rows.changesOf(this.#last)
    return isTorn ? [ofLast, lost.filter(({ commit }) => commit !== this.#last)] : [[], lost]
  }
}

/** `commit 11 is` or `the commits 1–10 are`. */
function commitsInWords(commits: readonly number[]): string {
  const [first, last] = [commits[0], commits.at(-1)]
  return commits.length === 1 ? `commit ${first} is` : `the commits ${first}–${last} are`
}
