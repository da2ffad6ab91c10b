import type { Cell, Column } from './column.js'
import { isScaled, scaledToText, scaleOf } from './scaled-number.js'

/**
 * A value as `pg` returns it: `int8` and `numeric` as strings, `date` as midnight in local time. Those of types for which that
 * would lose something (timestamps have microseconds), or be an object, are the texts that PostgreSQL writes.
 */
export type PgValue = number | string | boolean | Date | null

/** The value that `pg` returns for a cell of this column. */
export function toPgValue(column: Column, cell: Cell): PgValue {
  if (cell === null) return null
  if (column.type === 'int8') return String(cell)
  if (isScaled(column.type)) return scaledToText(cell as number, scaleOf(column.type))
  if (column.type === 'date') {
    const [year, month, day] = (cell as string).split('-').map(Number)
    const midnight = new Date(2000, 0, 1)
    // The constructor takes the years 0 to 99 for 1900 to 1999.
    midnight.setFullYear(year!, month! - 1, day!)
    return midnight
  }
  return cell
}

/** The row object that `pg` returns for these cells. */
export function toPgRow(columns: readonly Column[], cells: readonly Cell[]): Record<string, PgValue> {
  return Object.fromEntries(columns.map((column, index) => [column.name, toPgValue(column, cells[index]!)]))
}
