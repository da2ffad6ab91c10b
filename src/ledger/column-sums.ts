import { scaledToText, scaleOf } from '../tables/scaled-number.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { LedgerTable } from './ledger-table.js'

/** The sum of every column with numbers after a commit, as PostgreSQL's `sum` writes it; NULL where there is no value. */
export function columnSums(table: LedgerTable, commit: number): Record<string, string | null> {
  const { columns } = table.rows.definition
  const summed = columns.flatMap(({ type }, index) => (typeOf(type).scale ? [index] : []))
  const sums = new Map(summed.map((index) => [index, { sum: 0n, values: 0 }]))
  for (const { number, version } of table.history.versionsAt(commit)) {
    const cells = table.load(number, version)
    for (const [index, total] of sums) {
      const cell = cells[index]!
      if (cell === null) continue
      total.sum += BigInt(cell as number)
      total.values += 1
    }
  }
  return Object.fromEntries(
    [...sums].map(([index, { sum, values }]) => {
      const { name, type } = columns[index]!
      return [name, values === 0 ? null : scaledToText(sum, scaleOf(type))]
    }),
  )
}
