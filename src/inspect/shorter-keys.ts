import { type DraftTable, isKeyOf } from './draft-table.js'
import type { Demands } from './demands.js'
import { canFollow, foreignKeysOf } from './foreign-key.js'

/**
 * Takes columns out of keys that say nothing of their own: where a foreign key leads to (tenant, user), and users differ in
 * their number alone, the tenant follows from the user.
 */
export function shortenKeys(tables: readonly DraftTable[]): DraftTable[] {
  return tables.map((table) => {
    let shorter = table
    for (const { name } of table.keys) if (follows(name, shorter, tables)) shorter = without(name, shorter)
    return shorter
  })
}

/** Another foreign key that would be left with a part of what tells its rows apart keeps the column where it is. */
function follows(column: string, table: DraftTable, tables: readonly DraftTable[]): boolean {
  const keys = foreignKeysOf(table).filter(
    ({ columns }) => columns.length > 1 && columns.includes(column) && columns.every((one) => isKeyOf(table, one)),
  )
  return (
    keys.length > 0 &&
    keys.every((key) => {
      const other = key.isNear ? tables.find(({ source }) => source.name === key.table) : undefined
      if (other === undefined || other === table || !canFollow(key, table, other)) return false
      const rest = key.tableColumns.filter((_, index) => key.columns[index] !== column)
      return other.source.constraints.some(
        ({ kind, columns }) => (kind === 'primary' || kind === 'unique') && columns.every((one) => rest.includes(one)),
      )
    })
  )
}

/** A key without those of its columns that repeat others of it. */
export function withoutRepeated(table: DraftTable, demands: Demands): DraftTable {
  const repeated = table.keys.filter(({ name }) => demands.repeats(table.source.name, name))
  return repeated.reduce((shorter, { name }) => without(name, shorter), table)
}

function without(column: string, table: DraftTable): DraftTable {
  const keys = table.keys.filter(({ name }) => name !== column)
  const freed = table.keys.filter(({ name }) => name === column)
  const isPlainKey = keys.length === 1 && /^int[48]$/.test(keys[0]!.type)
  return { ...table, keys, isPlainKey, columns: [...freed, ...table.columns] }
}
