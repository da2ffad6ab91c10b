import { OptionsError } from '../errors.js'
import type { CapturedChange } from '../events/captured-change.js'
import type { Anomaly, AnomalyName } from './anomaly.js'
import { dueChanges, type DueChange, FeedComparison } from './feed-change.js'
import type { FeedReplay, ReplayLimits } from './feed-replay.js'
import { longestAscent } from './longest-ascent.js'
import type { ResolvedState } from './narrowed-table.js'

/**
 * Applies a captured feed in its order and compares it with what the table went through: every change once, in the order
 * of the commits, each transaction in one piece.
 */
export function replayFeed(
  feed: readonly CapturedChange[],
  { table, until: visible }: Pick<ResolvedState, 'table' | 'until'>,
  { since, until, delivery = 'exactly-once' }: Required<Pick<ReplayLimits, 'since' | 'until'>> & ReplayLimits,
): FeedReplay {
  const replay = new Replay(new FeedComparison(table), table, visible, delivery === 'at-least-once')
  for (const captured of feed) {
    if (captured.table === table.name) replay.take(captured)
  }
  return replay.finish(since, until)
}

class Replay {
  readonly #comparison: FeedComparison
  readonly #table: ResolvedState['table']
  readonly #visible: number
  readonly #again: boolean
  readonly #anomalies: Anomaly[] = []
  /** Changes that were told, by row. */
  readonly #told = new Map<number, { readonly due: readonly DueChange[]; readonly seen: Set<number> }>()
  /** Which transaction of the feed tells of a commit, and the other way round. */
  readonly #transactions = new Map<number, string>()
  readonly #commits = new Map<string, number>()
  readonly #taken: { readonly captured: CapturedChange; readonly due: DueChange }[] = []
  #last = 0

  constructor(comparison: FeedComparison, table: ResolvedState['table'], visible: number, again: boolean) {
    this.#comparison = comparison
    this.#table = table
    this.#visible = visible
    this.#again = again
  }

  take(captured: CapturedChange): void {
    const key = this.#comparison.keyOf(captured)
    if (key === undefined) {
      const { event } = captured
      throw new OptionsError(
        `Expected events with the key \`${this.#table.rows.definition.key}\`, got event ${event} without.`,
      )
    }
    const number = this.#table.rows.numberOf(Number(key))
    const row = number === undefined ? undefined : this.#row(number)
    if (captured.kind === 'read') return this.#takeSnapshot(captured, key, number)
    if (!row || row.due.length === 0) return this.#add('phantom', key, undefined, 'was never changed', captured)
    const next = row.due.find(({ index }) => !row.seen.has(index))
    const same = row.due.filter((due) => this.#comparison.isSame(captured, due))
    const fresh = same.find(({ index }) => !row.seen.has(index))
    if (fresh) {
      row.seen.add(fresh.index)
      return this.#takeChange(captured, fresh, row.seen)
    }
    if (same.length > 0) {
      if (!this.#again) this.#add('duplicate', key, same.at(-1)!.commit, 'is told again', captured)
      return
    }
    const due = next ?? row.due.at(-1)!
    if (next) row.seen.add(next.index)
    this.#last = Math.max(this.#last, due.commit)
    const columns = due.kind === captured.kind ? this.#comparison.differences(captured, due).join(', ') : ''
    const what = columns ? `differs in ${columns}` : `is told as ${captured.kind.toUpperCase()}`
    this.#add(
      'wrong value',
      key,
      due.commit,
      `${what}; commit ${due.commit} made it ${due.kind.toUpperCase()}`,
      captured,
    )
  }

  /** Looks for what the feed left out up to the commit with which it ends. */
  finish(since: number, until: number): FeedReplay {
    const inOrder = longestAscent(this.#taken.map(({ due }) => due.commit))
    this.#taken.forEach(({ captured, due: { key, commit } }, index) => {
      if (!inOrder.has(index))
        this.#add('out of order', key, commit, `(commit ${commit}) is not told in its turn`, captured)
    })
    const lost = this.#missing(1, this.#last)
    const [torn, rest] = this.#splitTorn(lost)
    if (torn.length > 0) {
      const total = this.#changesOf(this.#last)
      const shown = total - torn.length
      const first = torn[0]!
      const what = `${shown} of the ${total} changes of commit ${this.#last} are told`
      this.#push(
        'torn transaction',
        first.key,
        this.#last,
        `torn transaction: ${what}, ${this.#table.name} ${first.key} is not`,
        first.number,
      )
    }
    for (const { kind, key, commit, number } of rest) {
      const name = kind === 'insert' ? 'lost insert' : kind === 'update' ? 'lost update' : 'resurrected delete'
      this.#push(
        name,
        key,
        commit,
        `${name}: ${this.#table.name} ${key}, the ${kind.toUpperCase()} of commit ${commit} is not told`,
        number,
      )
    }
    // One that ends early lacks all that comes after its end, and each of it is no loss of its own.
    if (this.#last < since && this.#missing(this.#last + 1, since).length > 0) {
      const text = `stale read: the feed ends at commit ${this.#last} of ${since}`
      this.#push('stale read', undefined, this.#last, text, undefined)
    }
    if (this.#last > until) {
      const text = `out of order: the feed goes on to commit ${this.#last}, after commit ${until}`
      this.#push('out of order', undefined, this.#last, text, undefined)
    }
    return { commit: this.#last, anomalies: this.#anomalies }
  }

  #takeChange(captured: CapturedChange, due: DueChange, seen: ReadonlySet<number>): void {
    const { key, commit } = due
    this.#last = Math.max(this.#last, commit)
    this.#taken.push({ captured, due })
    const later = this.#row(due.number).due.find(({ index }) => index > due.index && seen.has(index))
    if (later?.commit === commit) {
      this.#add('out of order', key, commit, `is told after a later change of its commit ${commit}`, captured)
    }
    const { transaction } = captured
    if (transaction === undefined) return
    const known = this.#transactions.get(commit) ?? transaction
    const other = this.#commits.get(transaction) ?? commit
    this.#transactions.set(commit, known)
    this.#commits.set(transaction, other)
    if (known !== transaction) {
      const what = `is told in transaction ${transaction}, others of commit ${commit} in ${known}`
      this.#add('torn transaction', key, commit, what, captured)
    } else if (other !== commit) {
      const what = `(commit ${commit}) is told in transaction ${transaction} together with commit ${other}`
      this.#add('torn transaction', key, commit, what, captured)
    }
  }

  #takeSnapshot(captured: CapturedChange, key: string, number: number | undefined): void {
    const version = number === undefined ? undefined : this.#table.history.versionAt(number, 0)
    if (number === undefined || version === undefined) {
      return this.#add('phantom', key, undefined, 'did not stand there when the stream began', captured)
    }
    const due = { key, number, before: undefined, version, commit: 0, kind: 'insert', index: 0 } as const
    const columns = this.#comparison.differences(captured, due)
    if (columns.length > 0) this.#add('wrong value', key, 0, `differs in ${columns.join(', ')}`, captured)
  }

  #row(number: number): { readonly due: readonly DueChange[]; readonly seen: Set<number> } {
    let row = this.#told.get(number)
    if (!row) {
      row = { due: dueChanges(this.#table, number, this.#visible), seen: new Set() }
      this.#told.set(number, row)
    }
    return row
  }

  #missing(first: number, end: number): DueChange[] {
    const missing: DueChange[] = []
    for (let commit = first; commit <= end; commit++) {
      for (const number of this.#numbersOf(commit)) {
        const { due, seen } = this.#row(number)
        missing.push(...due.filter((change) => change.commit === commit && !seen.has(change.index)))
      }
    }
    return missing
  }

  /** What is missing of the last commit was cut off, if more than one change is and some are not. */
  #splitTorn(lost: readonly DueChange[]): [readonly DueChange[], readonly DueChange[]] {
    const ofLast = lost.filter(({ commit }) => commit === this.#last)
    const isTorn = ofLast.length > 1 && ofLast.length < this.#changesOf(this.#last)
    return isTorn ? [ofLast, lost.filter(({ commit }) => commit !== this.#last)] : [[], lost]
  }

  #numbersOf(commit: number): Set<number> {
    const { history } = this.#table
    const numbers = new Set(history.insertedBy(commit))
    for (const { number } of history.changedBy(commit)) numbers.add(number)
    return numbers
  }

  #changesOf(commit: number): number {
    const { inserts, updates, deletes } = this.#table.history.countsOf(commit)
    return inserts + updates + deletes
  }

  #add(name: AnomalyName, key: string, commit: number | undefined, what: string, { event }: CapturedChange): void {
    const number = this.#table.rows.numberOf(Number(key))
    this.#push(name, key, commit, `${name}: ${this.#table.name} ${key} ${what} (event ${event})`, number)
  }

  #push(
    name: AnomalyName,
    key: string | undefined,
    commit: number | undefined,
    text: string,
    number: number | undefined,
  ): void {
    const history = number === undefined ? undefined : historyText(this.#row(number).due)
    this.#anomalies.push({ name, table: this.#table.name, key, commit, text, history })
  }
}

function historyText(due: readonly DueChange[]): string | undefined {
  if (due.length === 0) return undefined
  const verbs = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const
  return due.map(({ kind, commit }) => `${verbs[kind]} by commit ${commit}`).join(', ')
}
