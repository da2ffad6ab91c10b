import type { ChangeKind, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { toPgRow } from '../tables/pg-values.js'
import type { Accumulator } from './accumulator.js'
import type { Cell } from '../tables/column.js'
import type { Change, Row } from './change.js'
import { FingerprintTrack } from './fingerprint-track.js'
import { type Entry, TableHistory } from './table-history.js'
import { type View, wholeTable } from './view.js'

/** One table of the ledger: its history, and its rows. */
export class LedgerTable {
  readonly name: string
  readonly rows: Omit<TableRows, 'load'>
  readonly history: TableHistory
  /** All rows and columns. */
  readonly whole: View
  readonly #rows: TableRows
  readonly #tracks = new Map<string, FingerprintTrack>()

  constructor(rows: TableRows) {
    this.name = rows.definition.name
    this.rows = this.#rows = rows
    this.history = new TableHistory(rows.foreignRows, rows.family, rows.definition.clock !== undefined)
    this.whole = wholeTable(rows.definition.columns)
  }

  /** The rows as a writer takes them: it needs the cells of one before it asks for the next. */
  get written(): TableRows {
    return this.#rows
  }

  record(runs: readonly Run[]): void {
    this.history.record(runs)
  }

  /** The cells of a row, in a version that some commit up to the last one made. The array is used again by the next call. */
  load(number: number, version: number): readonly Cell[] {
    return this.#rows.load(number, version, this.history.timeOf(number, version))
  }

  row(number: number, version: number): Row {
    return toPgRow(this.rows.definition.columns, this.load(number, version))
  }

  /** Rows are computed as they are asked for. */
  *rowsAt(commit: number): Generator<Row> {
    for (const { number, version } of this.history.versionsAt(commit)) yield this.row(number, version)
  }

  /** The fingerprints of a view. Kept for views without a filter, so that the next question continues where this one ends. */
  track(view: View): FingerprintTrack {
    if (view.filter) return this.#newTrack(view)
    const id = JSON.stringify([view.selected, view.sums, view.count])
    let track = this.#tracks.get(id)
    if (!track) this.#tracks.set(id, (track = this.#newTrack(view)))
    return track
  }

  #newTrack(view: View): FingerprintTrack {
    const { columns } = this.rows.definition
    return new FingerprintTrack(columns, view, (commit, accumulator) => this.applyCommit(commit, accumulator))
  }

  change(kind: ChangeKind, { number, before, after }: Omit<Entry, 'kind'>): Change {
    return {
      kind,
      table: this.name,
      key: this.rows.keyTextOf(number),
      ...(before === undefined ? {} : { before: this.row(number, before) }),
      ...(after === undefined ? {} : { after: this.row(number, after) }),
    }
  }

  /** Adds and removes the rows that a commit made come and go. Commit 0 adds what stood there before. */
  applyCommit(commit: number, accumulator: Pick<Accumulator, 'add' | 'remove'>): void {
    const { history } = this
    if (commit === 0) {
      for (const { number, version } of history.versionsAt(0)) accumulator.add(this.load(number, version))
      return
    }
    for (const number of history.insertedBy(commit)) accumulator.add(this.load(number, 0))
    for (const { number, before, after } of history.changedBy(commit)) {
      if (before !== undefined) accumulator.remove(this.load(number, before))
      if (after !== undefined) accumulator.add(this.load(number, after))
    }
  }
}
