import { dialects } from '../database/dialects.js'
import { TargetError } from '../errors.js'
import type { CatalogColumn, CatalogTable } from './catalog-table.js'
import { type DraftColumn, draftColumn, isClock } from './draft-column.js'

/** A table as far as its catalog entry alone decides how it is drafted. */
export interface DraftTable {
  readonly source: CatalogTable
  readonly key: DraftColumn
  /** All columns that rows are made for, but for the key. */
  readonly columns: readonly DraftColumn[]
  /** Columns that are left to the database, and why; `isMissed` where it has nothing to put there. */
  readonly omitted: readonly { readonly name: string; readonly why: string; readonly isMissed: boolean }[]
}

export function draftTable(source: CatalogTable): DraftTable {
  const keyName = keyOf(source)
  const key = draftColumn(
    source.columns.find(({ name }) => name === keyName)!,
    source,
  )!
  const columns: DraftColumn[] = []
  const omitted: DraftTable['omitted'][number][] = []
  for (const column of source.columns) {
    if (column.name === keyName) continue
    const drafted = draftColumn(column, source)
    const why = leftOut(column, drafted)
    if (why === undefined) columns.push(drafted!)
    else omitted.push({ name: column.name, why, isMissed: column.notNull && !isFilled(column) })
  }
  return { source, key, columns, omitted }
}

/** A column that rows are made for; the key is one of them. */
export function columnOf({ key, columns }: DraftTable, name: string): DraftColumn | undefined {
  return key.name === name ? key : columns.find((column) => column.name === name)
}

/** The primary key, or another column that is an integer and unique. */
function keyOf({ schema, name, dialect, columns, constraints }: CatalogTable): string {
  const candidates = constraints.filter(({ kind }) => kind === 'primary' || kind === 'unique')
  const fitting = candidates.find((candidate) => {
    const column = columns.find((one) => one.name === candidate.columns[0])
    return (
      candidate.columns.length === 1 &&
      (column?.base === 'integer' || column?.base === 'bigint') &&
      (candidate.kind === 'primary' || column.notNull) &&
      !column.generated
    )
  })
  if (fitting) return fitting.columns[0]!
  const shown = candidates.map(({ kind, columns: names }) => {
    const types = names.map((one) => `${one} ${columns.find((column) => column.name === one)?.type}`)
    return `${kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE'} (${types.join(', ')})`
  })
  throw new TargetError(
    `Expected \`${schema}.${name}\` to have a primary key, or a unique NOT NULL column, that is one integer or bigint, got ${shown.join(', ') || 'no key'}. ` +
      `A stream tells rows apart by such a column. ${dialects[dialect].copyWithKey}`,
  )
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
