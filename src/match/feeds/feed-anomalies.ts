import type { CapturedChange } from '../../events/captured-change.js'
import type { Anomaly, AnomalyName } from '../anomaly.js'
import type { DueChange, EventRow } from './feed-change.js'
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

  addSeam(commit: number, what: string): void {
    this.push('seam', undefined, commit, `seam: ${this.#table}, ${what}`, undefined)
  }

  /** Of an event. */
  add(
    name: AnomalyName,
    { key, number }: EventRow,
    commit: number | undefined,
    what: string,
    { event }: CapturedChange,
  ): void {
    const text = `${name}: ${this.#table} ${key} ${what} (event ${event})`
    this.push(name, key, commit, text, number)
  }

  push(
    name: AnomalyName,
    key: string | undefined,
    commit: number | undefined,
    text: string,
    number: number | undefined,
  ): void {
    const history = number === undefined ? undefined : historyText(this.#rows.row(number).due)
    this.#all.push({ name, table: this.#table, key, commit, text, history })
  }
}

function historyText(due: readonly DueChange[]): string | undefined {
  if (due.length === 0) return undefined
  const verbs = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const
  return due.map(({ kind, commit }) => `${verbs[kind]} by commit ${commit}`).join(', ')
}
