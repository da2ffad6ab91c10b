import type { DraftTable } from './draft-table.js'
import { type ForeignKey, foreignKeysOf, nullableColumns } from './foreign-key.js'

/** Puts tables before those that point at them. */
export function inOrder(tables: readonly DraftTable[]): DraftTable[] {
  const ordered: DraftTable[] = []
  const rest = [...tables]
  while (rest.length > 0) {
    const waiting = (table: DraftTable): ForeignKey[] =>
      foreignKeysOf(table).filter(
        (key) => key.isNear && key.table !== table.source.name && rest.some(({ source }) => source.name === key.table),
      )
    const ready = rest.findIndex((table) => waiting(table).length === 0)
    // In a circle, a key to a table that comes later does not hold: best one that can be NULL.
    const optional = rest.findIndex((table) => waiting(table).every((key) => nullableColumns(key, table).length > 0))
    ordered.push(...rest.splice(Math.max(ready < 0 ? optional : ready, 0), 1))
  }
  return ordered
}
