import type { DraftColumn } from './draft-column.js'
import { columnOf, type DraftTable, isKeyOf } from './draft-table.js'

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
  return source.constraints
    .filter(({ kind }) => kind === 'foreign')
    .map(({ table, tableIsNear, ...rest }) => ({ ...rest, table: table ?? '', isNear: tableIsNear }))
}

/** Whether the values of the other table's columns can be written to the columns of this one. */
export function canFollow({ columns, tableColumns }: ForeignKey, own: DraftTable, other: DraftTable): boolean {
  return columns.every((name, index) => {
    const [from, to] = [columnOf(own, name), columnOf(other, tableColumns[index] ?? '')]
    return from !== undefined && to !== undefined && writtenAs(from) === writtenAs(to)
  })
}

/** Types whose cells are written alike. */
function writtenAs({ type, isUuid, enumType }: DraftColumn): string {
  if (isUuid) return 'uuid'
  return /^int\d$/.test(type) ? 'integer' : (enumType ?? type.replace(/^numeric\(\d+/, 'numeric'))
}

/** The columns by which a row may point at nothing: one that is NULL is enough. */
export function nullableColumns({ columns }: ForeignKey, table: DraftTable): readonly string[] {
  return columns.filter((name) => !isKeyOf(table, name) && columnOf(table, name)?.nullable)
}

/** The columns that are NULL, so that a foreign key which does not hold points at nothing; `holding` are those that do. */
export function nullColumns(key: ForeignKey, table: DraftTable, holding: readonly ForeignKey[]): readonly string[] {
  const free = nullableColumns(key, table).filter((name) => !holding.some(({ columns }) => columns.includes(name)))
  const isFull = key.definition.includes('MATCH FULL')
  return isFull && free.length < key.columns.filter((name) => columnOf(table, name)).length ? [] : free
}

/** What the database does by itself with rows whose other row goes, or undefined. */
export function ownRule({ definition }: ForeignKey): string | undefined {
  return /ON DELETE (?:CASCADE|SET NULL|SET DEFAULT)/.exec(definition)?.[0]
}
