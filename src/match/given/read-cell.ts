import type { Cell, Column } from '../../tables/column.js'
import { typeOf } from '../../tables/types/cell-types.js'

/** Brings a value, as drivers and jobs hand it out, to the form that the ledger has it in. */
type CellReader = (value: unknown) => Cell

/**
 * Takes what drivers give for the column's type, and NULL. What is no value of the type becomes its text, which equals
 * no cell of the ledger and is shown as it was.
 *
 * @param digits how many digits Arrow's decimals have behind the point; undefined for as many as the column
 */
export function cellReader({ type }: Column, digits?: number): CellReader {
  const read = typeOf(type).reader(type, digits)
  return (value) => (value === null ? null : read(value))
}
