import type { JsonRow } from './json-value.js'

/** The values before an UPDATE of those columns that it changed. */
export function changedColumns(before: JsonRow, after: JsonRow): JsonRow {
  return Object.fromEntries(Object.entries(before).filter(([column, value]) => after[column] !== value))
}
