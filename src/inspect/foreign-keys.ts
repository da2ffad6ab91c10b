import type { CatalogConstraint } from './catalog-table.js'
import type { DraftColumn } from './draft-column.js'
import { columnOf, type DraftTable, isKeyOf } from './draft-table.js'

/** A foreign key, by the columns of both tables. */
export interface ForeignKey {
  readonly name: string
  readonly definition: string
  readonly columns: readonly string[]
  readonly table: string
  readonly tableColumns: readonly string[]
  /** Whether the other table is in the same schema. */
  readonly isNear: boolean
}

export function foreignKeysOf({ source }: DraftTable): ForeignKey[] {
  return source.constraints.flatMap((one) => (one.kind === 'foreign' ? [foreignKey(one)] : []))
}

function foreignKey({ table, tableIsNear, ...rest }: CatalogConstraint): ForeignKey {
  return { ...rest, table: table ?? '', isNear: tableIsNear }
}

/** Whether the values of the other table's columns can be written to the columns of this one. */
export function canFollow({ columns, tableColumns }: ForeignKey, own: DraftTable, other: DraftTable): boolean {
  return columns.every((name, index) => {
    const [from, to] = [columnOf(own, name), columnOf(other, tableColumns[index] ?? '')]
    return from !== undefined && to !== undefined && family(from) === family(to)
  })
}

/** Types whose cells are written alike. */
function family({ type, isUuid, enumType }: DraftColumn): string {
  if (isUuid) return 'uuid'
  return /^int\d$/.test(type) ? 'integer' : (enumType ?? type.replace(/^numeric\(\d+/, 'numeric'))
}

/** Whether a row may point at nothing: one column that is NULL is enough. */
export function nullableColumns({ columns }: ForeignKey, table: DraftTable): readonly string[] {
  return columns.filter((name) => !isKeyOf(table, name) && columnOf(table, name)?.nullable)
}
