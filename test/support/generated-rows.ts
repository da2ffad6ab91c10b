import type { Cell } from '../../src/tables/column.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { RowContext } from '../../src/tables/table-definition.js'
import { rowContext } from './plan-inputs.js'

/** Columns of many rows by name; NaN is NULL, money is cents. */
export type Columns = Readonly<Record<string, Float64Array>>

/** Sales 1 … count and their returns, as inserted. */
export function generateRows(count: number, context: Partial<RowContext>): Columns {
  const columns: Record<string, Float64Array> = {}
  for (const definition of [storeSales, storeReturns]) {
    const source = definition.rows(rowContext(context))
    const cells = Array<Cell>(definition.columns.length).fill(0)
    const values = definition.columns.map(({ name }) => (columns[name] = new Float64Array(count)))
    for (let i = 0; i < count; i++) {
      source.fill(cells, i + 1, 0)
      values.forEach((column, index) => (column[i] = (cells[index] as number | null) ?? Number.NaN))
    }
  }
  return columns
}

/** The values that are known. */
export function known(column: Float64Array): Float64Array {
  return column.filter((value) => !Number.isNaN(value))
}
