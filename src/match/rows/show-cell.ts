import type { Cell } from '../../tables/column.js'
import { isScaled } from '../../tables/scaled-number.js'
import { scaledToText, scaleOf } from '../../tables/scaled-number.js'

/** A cell as PostgreSQL writes it. Sums beyond 2^53 are kept as their digits. */
export function showCell(type: string, cell: Cell): string {
  if (cell === null) return 'NULL'
  if (typeof cell === 'number') return scaledToText(cell, scaleOf(type))
  const isLong = isScaled(type) && typeof cell === 'string' && /^-?\d+$/.test(cell)
  return isLong ? scaledToText(BigInt(cell), scaleOf(type)) : JSON.stringify(cell)
}
