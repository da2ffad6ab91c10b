import type { Cell } from '../../tables/column.js'
import type { Mismatch } from '../anomaly.js'
import { balances, type Reading, showCell } from './reading.js'

const MOST_SHOWN = 10

/** What is left to say of rows that nothing identifies: those that only one of the two has, the tables after a commit or what was read. */
export function plainDifference(
  readings: readonly Reading[],
  commit: number,
): Pick<Mismatch, 'difference' | 'differenceCounts'> {
  const missing: string[] = []
  const unexpected: string[] = []
  const differenceCounts = { missing: 0, unexpected: 0 }
  for (const reading of readings) {
    for (const { row, balance } of balances(reading, commit)) {
      if (balance > 0) differenceCounts.missing += balance
      if (balance < 0) differenceCounts.unexpected -= balance
      if (balance > 0 && missing.length < MOST_SHOWN) missing.push(showRow(reading, row))
      if (balance < 0 && unexpected.length < MOST_SHOWN) unexpected.push(showRow(reading, row))
    }
  }
  return { difference: { missing, unexpected }, differenceCounts }
}

function showRow({ name, view }: Reading, row: readonly Cell[]): string {
  return `${name} (${view.columns.map((column, index) => `${column.name} ${showCell(column.type, row[index]!)}`).join(', ')})`
}
