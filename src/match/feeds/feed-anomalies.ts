import type { CapturedChange } from '../../events/captured-change.js'
import { type Anomaly, type AnomalyName, historyInWords } from '../anomaly.js'
import type { EventRow } from './feed-change.js'
import type { FeedRows } from './feed-rows.js'

/** What is wrong with a feed of a table, in words. */
export class FeedAnomalies {
  readonly #table: string
  readonly #rows: FeedRows
  readonly #all: Anomaly[]

  /** @param first What was found before */
  constructor(table: string, rows: FeedRows, first: readonly Anomaly[] = []) {
    this.#table = table
    this.#rows = rows
    this.#all = [...first]
  }

  get all(): readonly Anomaly[] {
    return this.#all
  }

  /** Of an event. */
  add(name: AnomalyName, row: EventRow, commit: number | undefined, what: string, { event }: CapturedChange): void {
    this.push(name, commit, `${this.#table} ${row.key} ${what} (event ${event})`, row)
  }

  /** @param row The one that shows it, if one does */
  push(name: AnomalyName, commit: number | undefined, what: string, row?: EventRow): void {
    const history = row?.number === undefined ? undefined : historyInWords(this.#rows.row(row.number).due)
    this.#all.push({ name, table: this.#table, key: row?.key, commit, text: `${name}: ${what}`, history })
  }
}
