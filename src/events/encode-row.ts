import type { Row } from '../ledger/change.js'
import type { Column } from '../tables/column.js'
import type { Encoding } from '../tables/types/cell-type.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { JsonRow } from './event-fields.js'

/** A row in the form in which a format writes it. Values that the row lacks are left out. */
export function encodeRow(columns: readonly Column[], row: Row, encoding: Encoding): JsonRow {
  const encoded: Record<string, JsonRow[string]> = {}
  for (const { name, type } of columns) {
    const value = row[name]
    if (value === undefined) continue
    const { encode } = typeOf(type)
    encoded[name] = value === null || !encode ? (value as JsonRow[string]) : encode(value, type, encoding)
  }
  return encoded
}
