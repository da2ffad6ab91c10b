import type { CatalogColumn, CatalogTable } from './catalog-table.js'
import { type DraftColumn, draftColumn, isClock } from './draft-column.js'
import { keyNamesOf } from './draft-key.js'

/** A table as far as its catalog entry alone decides how it is drafted. */
export interface DraftTable {
  readonly source: CatalogTable
  /** The columns of the key. */
  readonly keys: readonly DraftColumn[]
  /** Whether it is one integer that counts as far as a stream goes. */
  readonly isPlainKey: boolean
  /** All columns that rows are made for, but for those of the key. */
  readonly columns: readonly DraftColumn[]
  /** Columns that are left to the database, and why; `isMissed` where it has nothing to put there. */
  readonly omitted: readonly { readonly name: string; readonly why: string; readonly isMissed: boolean }[]
}

/** Decides what is made of a table by itself. */
export function draftTable(source: CatalogTable): DraftTable {
  const names = keyNamesOf(source, (name) => canBeKey(source, name))
  const keys = names.map((name) =>
    draftColumn(
      source.columns.find((one) => one.name === name)!,
      source,
    )!,
  )
  const columns: DraftColumn[] = []
  const omitted: DraftTable['omitted'][number][] = []
  for (const column of source.columns) {
    if (names.includes(column.name)) continue
    const drafted = draftColumn(column, source)
    const why = leftOut(column, drafted)
    if (why === undefined) columns.push(drafted!)
    else omitted.push({ name: column.name, why, isMissed: column.notNull && !isFilled(column) })
  }
  const isPlainKey = keys.length === 1 && /^int[48]$/.test(keys[0]!.type)
  return { source, keys, isPlainKey, columns, omitted }
}

/** A column that rows are made for; those of the key are among them. */
export function columnOf({ keys, columns }: DraftTable, name: string): DraftColumn | undefined {
  return [...keys, ...columns].find((column) => column.name === name)
}

/** Whether a column is one of the key. */
export function isKeyOf({ keys }: DraftTable, name: string): boolean {
  return keys.some((key) => key.name === name)
}

/** Whether a stream can count by a column. */
function canBeKey(source: CatalogTable, name: string): boolean {
  const column = source.columns.find((one) => one.name === name)
  const drafted = column && draftColumn(column, source)
  return drafted !== undefined && /^(?:int[248]|text|date)$/.test(drafted.type)
}

export const isFilled = ({ expression, identity, hasDomainDefault }: CatalogColumn): boolean =>
  expression !== null || identity !== null || hasDomainDefault

/** Whether every row gets a value of its own from the database. */
export const isCounted = ({ expression, identity }: CatalogColumn): boolean =>
  identity !== null || (expression?.startsWith('nextval(') ?? false)

function leftOut(column: CatalogColumn, drafted: DraftColumn | undefined): string | undefined {
  if (column.generated) return 'the database computes it'
  if (isCounted(column)) return 'the database counts it'
  if (drafted) return undefined
  if (isClock(column)) return 'the database says when'
  const made = `rows cannot be made for ${column.labels ? `the enum ${column.type} of another schema` : column.type}`
  if (isFilled(column)) return `${made}; it gets its default`
  return column.notNull ? `${made}, and it is NOT NULL without a default` : `${made}; it stays NULL`
}
