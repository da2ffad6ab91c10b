import type { TextAnswer } from '../database/client.js'
import { rowText } from '../match/rows/reading.js'
import type { Cell, Column } from '../tables/column.js'
import { typeOf } from '../tables/types/cell-types.js'

type Cells = readonly Cell[]

/** Rows, each as often as it is there: SQL gives them no order that can be compared. */
export class RowCounts {
  readonly #rows: readonly Cells[]
  #counts: ReadonlyMap<string, number> | undefined

  constructor(rows: readonly Cells[]) {
    this.#rows = rows
  }

  equals(other: RowCounts): boolean {
    return this.#rows.length === other.#rows.length && this.beyond(other).length === 0
  }

  /** The rows that others lack. */
  beyond(other: RowCounts): Cells[] {
    const left = new Map(other.#count())
    return this.#rows.filter((row) => {
      const text = rowText(row)
      const there = left.get(text) ?? 0
      if (there > 0) left.set(text, there - 1)
      return there === 0
    })
  }

  #count(): ReadonlyMap<string, number> {
    if (this.#counts) return this.#counts
    const counts = new Map<string, number>()
    for (const text of this.#rows.map(rowText)) counts.set(text, (counts.get(text) ?? 0) + 1)
    return (this.#counts = counts)
  }
}

/** What a query gives after a commit. Many are compared with what was read, and most of them have another number of rows. */
export class Answer {
  readonly columns: readonly Column[]
  /** How many rows there are. */
  readonly size: number
  readonly #texts: TextAnswer['rows']
  #rows: readonly Cells[] | undefined
  #counts: RowCounts | undefined

  constructor({ columns, rows }: TextAnswer) {
    this.columns = columns
    this.size = rows.length
    this.#texts = rows
  }

  get rows(): readonly Cells[] {
    if (this.#rows) return this.#rows
    const types = this.columns.map(({ type }) => ({ type, ...typeOf(type) }))
    return (this.#rows = this.#texts.map((row) =>
      row.map((text, index): Cell => {
        const { type, ofText } = types[index]!
        return text === null ? null : (ofText(text, type) ?? text)
      }),
    ))
  }

  get counts(): RowCounts {
    return (this.#counts ??= new RowCounts(this.rows))
  }

  /** Whether these are its rows, in any order. */
  has({ rows, counts }: { readonly rows: readonly Cells[]; readonly counts: RowCounts }): boolean {
    return rows.length === this.size && counts.equals(this.counts)
  }
}
