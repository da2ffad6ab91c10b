import type { CatalogTable } from './catalog-table.js'
import type { DraftColumn } from './draft-column.js'
import { isForeign } from './draft-table.js'
import type { Member } from './family.js'

/** The keys that others count on, by a name that the tables share, and other columns that count. */
export function sequencesOf({ table, links, isParent }: Member): Map<string, string> {
  const sequences = new Map(isParent ? [[sequenceName(table.source.name), table.key.name]] : [])
  for (const link of links) {
    const name = sequenceName(link.table)
    if (!sequences.has(name)) sequences.set(name, link.column)
  }
  for (const column of table.columns) {
    if (counts(column, table.source)) sequences.set(counterName(column, table.source), column.name)
  }
  return sequences
}

export const sequenceName = (table: string): string => `key of ${table}`
export const counterName = ({ name }: DraftColumn, { name: table }: CatalogTable): string => `${name} of ${table}`

/** Whether the values of a column go on from the largest one that is there. */
export function counts({ name, type, unique }: DraftColumn, { constraints }: CatalogTable): boolean {
  return unique && (type === 'int4' || type === 'int8') && !isForeign(name, constraints)
}
