import type { TextAnswer } from '../database/client.js'
import { rowText } from '../match/rows/reading.js'
import type { Cell, Column } from '../tables/column.js'
import { typeOf } from '../tables/types/cell-types.js'

/** Rows, each as often as it is there: SQL gives them no order that can be compared. */
export class RowCounts {
  readonly #counts = new Map<string, number>()
  readonly #rows: readonly (readonly Cell[])[]

  constructor(rows: readonly (readonly Cell[])[]) {
    this.#rows = rows
    for (const text of rows.map(rowText)) this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1)
  }

  equals(other: RowCounts): boolean {
    return this.#rows.length === other.#rows.length && this.beyond(other).length === 0
  }

  /** The rows that others lack. */
  beyond(other: RowCounts): (readonly Cell[])[] {
    const left = new Map(other.#counts)
    return this.#rows.filter((row) => {
      const text = rowText(row)
      const there = left.get(text) ?? 0
      if (there > 0) left.set(text, there - 1)
      return there === 0
    })
  }
}

/** What a query gives after a commit. */
export interface Answer {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  readonly counts: RowCounts
}

export function toAnswer({ columns, rows: texts }: TextAnswer): Answer {
  const types = columns.map(({ type }) => typeOf(type))
  const rows = texts.map((row) =>
    row.map((text, index): Cell => (text === null ? null : (types[index]!.ofText(text, columns[index]!.type) ?? text))),
  )
  return { columns, rows, counts: new RowCounts(rows) }
}
