import { showCell } from '../match/rows/reading.js'
import type { Cell, Column } from '../tables/column.js'

/** Such as `{ ss_store_sk: 4, total: 12.5 }`. */
export function showRow(columns: readonly Column[], row: readonly Cell[]): string {
  const cells = columns.map(({ name, type }, index) => `${name}: ${showQueryCell(type, row[index] ?? null)}`)
  return `{ ${cells.join(', ')} }`
}

/** Numbers of a query are texts without being texts. */
export function showQueryCell(type: string, cell: Cell): string {
  return type === 'numeric' && cell !== null ? String(cell) : showCell(type, cell)
}
