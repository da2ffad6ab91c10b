import type { Cell, Column, PgValue } from './column.js'
import { typeOf } from './types/cell-types.js'

/** The value that `pg` returns for a cell of this column. */
export function toPgValue({ type }: Column, cell: Cell): PgValue {
  return cell === null ? null : (typeOf(type).toPg?.(cell, type) ?? cell)
}

/** The row object that `pg` returns for these cells. */
export function toPgRow(columns: readonly Column[], cells: readonly Cell[]): Record<string, PgValue> {
  return Object.fromEntries(columns.map((column, index) => [column.name, toPgValue(column, cells[index]!)]))
}
