import type { Cell } from '../../tables/column.js'
import { type Reading, rowText, viewRows } from './reading.js'
import { showCell } from './show-cell.js'

const MOST_SHOWN = 10

/** Rows that only one of the two has: the tables after a commit, or what was read. */
export interface PlainDifference {
  /** The first of them. */
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly counts: { readonly missing: number; readonly unexpected: number }
}

/** What is left to say of rows that nothing identifies. */
export function plainDifference(readings: readonly Reading[], commit: number): PlainDifference {
  const missing: string[] = []
  const unexpected: string[] = []
  const total = { missing: 0, unexpected: 0 }
  for (const reading of readings) {
    const balances = new Map<string, { balance: number; text: string }>()
    const count = (row: readonly Cell[], by: number): void => {
      const id = rowText(row)
      const known = balances.get(id)
      if (known) known.balance += by
      else balances.set(id, { balance: by, text: showRow(reading, row) })
    }
    for (const row of viewRows(reading, commit)) count(row, 1)
    for (const row of reading.rows) count(row, -1)
    for (const { balance, text } of balances.values()) {
      if (balance > 0) total.missing += balance
      if (balance < 0) total.unexpected -= balance
      if (balance > 0 && missing.length < MOST_SHOWN) missing.push(text)
      if (balance < 0 && unexpected.length < MOST_SHOWN) unexpected.push(text)
    }
  }
  return { missing, unexpected, counts: total }
}

function showRow({ name, view }: Reading, row: readonly Cell[]): string {
  return `${name} (${view.columns.map((column, index) => `${column.name} ${showCell(column.type, row[index]!)}`).join(', ')})`
}
