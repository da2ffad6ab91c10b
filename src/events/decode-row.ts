import type { Column, PgValue } from '../tables/column.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { CapturedRow } from './captured-change.js'

/**
 * Brings the values of known columns to what `pg` returns for them, from whatever a format makes of them.
 *
 * @param refuse throws for a value that cannot be one of its column
 */
export function decodeRow(
  columns: ReadonlyMap<string, Column>,
  row: CapturedRow,
  refuse: (column: Column, value: unknown) => never,
): CapturedRow {
  const decoded = Object.entries(row).map(([name, value]) => {
    const column = columns.get(name)
    if (!column) return [name, value] as const
    const found = decodeValue(column, value)
    return [name, found === undefined ? refuse(column, value) : found] as const
  })
  return Object.fromEntries(decoded)
}

/** A Date where none is expected stays one, for the comparison to say so. */
function decodeValue({ type }: Column, value: CapturedRow[string]): PgValue | undefined {
  if (value === null) return null
  return typeOf(type).decode(value, type) ?? (value instanceof Date ? value : undefined)
}
