import { OptionsError } from '../../errors.js'
import type { CapturedChange } from '../../events/captured-change.js'
import type { LedgerTable } from '../../ledger/ledger-table.js'
import { keyNames } from '../../tables/keys/key-column.js'
import { changedRows } from '../rows/row-states.js'
import { dueChanges, type DueChange, type EventRow, type FeedComparison } from './feed-change.js'

/** What a feed has had of one row so far. */
export interface FeedRow {
  readonly due: readonly DueChange[]
  /** Those of the due changes that came, by their index. */
  readonly seen: Set<number>
}

/** The rows of a table beside what a feed has of them. */
export class FeedRows {
  readonly #table: LedgerTable
  readonly #comparison: FeedComparison
  readonly #until: number
  readonly #rows = new Map<number, FeedRow>()

  constructor(table: LedgerTable, comparison: FeedComparison, until: number) {
    this.#table = table
    this.#comparison = comparison
    this.#until = until
  }

  /** @throws OptionsError for an event without the key */
  rowOf(captured: CapturedChange): EventRow {
    const row = this.#comparison.rowOf(captured)
    if (row) return row
    const names = keyNames(this.#table.rows.definition).map((name) => `\`${name}\``)
    throw new OptionsError(`Expected events with the key ${names.join(' and ')}, got event ${captured.event} without.`)
  }

  row(number: number): FeedRow {
    let row = this.#rows.get(number)
    if (!row) {
      row = { due: dueChanges(this.#table, number, this.#until), seen: new Set() }
      this.#rows.set(number, row)
    }
    return row
  }

  /** What the feed lacks of the commits of a range. */
  missing(first: number, last: number): DueChange[] {
    const missing: DueChange[] = []
    for (let commit = first; commit <= last; commit++) {
      for (const number of changedRows(this.#table, commit)) {
        const { due, seen } = this.row(number)
        missing.push(...due.filter((change) => change.commit === commit && !seen.has(change.index)))
      }
    }
    return missing
  }

  isMade(commit: number): boolean {
    return commit <= this.#until
  }

  /** How many changes of the table a commit made. */
  changesOf(commit: number): number {
    const { inserts, updates, deletes } = this.#table.history.countsOf(commit)
    return inserts + updates + deletes
  }
}
