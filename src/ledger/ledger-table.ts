import { TableHistory } from './table-history.js'
import { Fingerprint } from './fingerprint.js'
import type { Change, Row } from './change.js'
import type { ChangeKind, Run } from '../plan/batch.js'
import type { TableRows } from '../plan/table-rows.js'
import { toPgRow } from '../tables/pg-values.js'

/** One table of the ledger: its history, and the rows that the history tells of. */
export class LedgerTable {
  readonly name: string
  readonly rows: TableRows
  readonly history: TableHistory
  readonly #fingerprint = new Fingerprint()
  readonly #fingerprints: string[] = []

  constructor(rows: TableRows, foreignRows: number) {
    this.name = rows.definition.name
    this.rows = rows
    this.history = new TableHistory(foreignRows)
  }

  record(runs: readonly Run[]): void {
    this.history.record(runs)
  }

  row(number: number, version: number): Row {
    return toPgRow(this.rows.definition.columns, this.rows.load(number, version))
  }

  /** Rows are computed as they are asked for. */
  *rowsAt(commit: number): Generator<Row> {
    for (const number of this.history.numbersAt(commit)) yield this.row(number, this.history.versionAt(number, commit)!)
  }

  /** Computed on from the last commit that was asked for; known for every commit up to it. */
  fingerprintAt(commit: number): string {
    for (let next = this.#fingerprints.length; next <= commit; next++) {
      this.#addTo(next)
      this.#fingerprints.push(this.#fingerprint.toString())
    }
    return this.#fingerprints[commit]!
  }

  /** The changes of one kind that a commit made. */
  *changes(kind: ChangeKind, commit: number): Generator<Change> {
    const table = this.name
    if (kind === 'insert') {
      for (const number of this.history.insertedBy(commit)) {
        yield { kind, table, key: String(this.rows.keyOf(number)), after: this.row(number, 0) }
      }
      return
    }
    for (const entry of this.history.changedBy(commit)) {
      if (entry.kind !== kind) continue
      const key = String(this.rows.keyOf(entry.number))
      const before = this.row(entry.number, entry.before)
      const after = kind === 'update' ? { after: this.row(entry.number, entry.before + 1) } : {}
      yield { kind, table, key, before, ...after }
    }
  }

  #addTo(commit: number): void {
    const { rows, history } = this
    if (commit === 0) {
      for (const number of history.numbersAt(0)) this.#fingerprint.add(rows.load(number, 0))
      return
    }
    for (const number of history.insertedBy(commit)) this.#fingerprint.add(rows.load(number, 0))
    for (const { kind, number, before } of history.changedBy(commit)) {
      this.#fingerprint.subtract(rows.load(number, before))
      if (kind === 'update') this.#fingerprint.add(rows.load(number, before + 1))
    }
  }
}
