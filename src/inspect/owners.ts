import type { Demands } from './demands.js'
import { type DraftTable, isKeyOf } from './draft-table.js'
import { type ForeignKey, nullableColumns } from './foreign-key.js'
import { Lines } from './lines.js'

/**
 * Chooses which table each one hangs on.
 *
 * @param tables those that others point at come first
 * @param pointers foreign keys of each to tables before it
 */
export function chooseOwners(
  tables: readonly DraftTable[],
  pointers: ReadonlyMap<string, readonly ForeignKey[]>,
  demands: Demands,
): Lines {
  const lines = new Lines(tables.map(({ source }) => source.name))
  for (const table of tables) {
    const { name } = table.source
    const keys = pointers.get(name) ?? []
    const owner = ownerAmong(table, keys, lines, demands)
    if (!owner) continue
    lines.hang(name, owner.table)
    for (const key of keys) {
      if (demands.hangs(name, key) && !lines.above(name).includes(key.table)) lines.merge(name, key.table)
    }
  }
  return lines
}

/** The foreign key that tells what a row belongs to: one that is never NULL. What others of them hang on is no owner. */
function ownerAmong(
  table: DraftTable,
  keys: readonly ForeignKey[],
  lines: Lines,
  demands: Demands,
): ForeignKey | undefined {
  const { name } = table.source
  const able = keys.filter((key) => nullableColumns(key, table).length === 0 || demands.hangs(name, key))
  const nearest = able.filter((key) => !able.some((other) => lines.above(other.table).includes(key.table)))
  const rank = (key: ForeignKey): number =>
    (key.columns.every((column) => isKeyOf(table, column)) ? 4 : 0) +
    (demands.hangs(name, key) ? 2 : 0) +
    (key.definition.includes('ON DELETE CASCADE') ? 1 : 0)
  const placeOf = ({ columns }: ForeignKey): number => table.source.columns.findIndex((one) => one.name === columns[0])
  return nearest.toSorted((a, b) => rank(b) - rank(a) || placeOf(a) - placeOf(b))[0]
}
