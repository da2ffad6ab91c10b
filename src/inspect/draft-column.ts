import type { ColumnType } from '../tables/column.js'
import { textLimit } from '../preflight/column-fit.js'
import type { CatalogColumn, CatalogTable } from './catalog-table.js'

/** How the values of a drafted column come about. */
export interface DraftColumn {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  readonly enumType: string | undefined
  /** The texts that it can hold, where they are known. */
  readonly choices: readonly string[] | undefined
  /** The length of its texts; `exact` for those that are padded. */
  readonly limit: { readonly most: number; readonly exact: boolean } | undefined
  readonly isUuid: boolean
}

const INTEGERS: Readonly<Record<string, ColumnType>> = { smallint: 'int2', integer: 'int4', bigint: 'int8' }
const OTHERS: Readonly<Record<string, ColumnType>> = { text: 'text', uuid: 'text', boolean: 'bool', date: 'date' }
/** For `numeric` without a precision, which holds any. */
const ANY_NUMERIC = 'numeric(12,2)'
/** Cells are integers below 2^53. */
const MOST_DIGITS = 15

/** What a definition makes of a column; undefined for a type that rows cannot be made for. */
export function draftColumn(column: CatalogColumn, table: CatalogTable): DraftColumn | undefined {
  const type = definedType(column)
  if (type === undefined) return undefined
  const limit = textLimit(column.base)
  return {
    name: column.name,
    type,
    nullable: !column.notNull,
    enumType: column.labels ? column.typeName : undefined,
    choices: column.labels ?? checkedChoices(column, table),
    limit: limit && { most: limit.most, exact: limit.padded },
    isUuid: column.base === 'uuid',
  }
}

/** The type of a definition for a column of the database. */
function definedType({ base: type, labels, typeIsNear }: CatalogColumn): ColumnType | undefined {
  if (labels) return labels.length > 0 && typeIsNear ? 'text' : undefined
  if (type === 'numeric') return ANY_NUMERIC
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? []
  if (precision !== undefined && scale !== undefined) {
    return Number(scale) <= Math.min(Number(precision), MOST_DIGITS - 1)
      ? `numeric(${+precision},${+scale})`
      : undefined
  }
  if (/^character( varying)?(\(\d+\))?$/.test(type)) return 'text'
  return INTEGERS[type] ?? OTHERS[type]
}

/** The texts of `CHECK (status IN ('new', 'paid'))`, as PostgreSQL writes that back. */
function checkedChoices(
  { name, base, domainChecks }: CatalogColumn,
  { constraints }: CatalogTable,
): string[] | undefined {
  if (base !== 'text' && !base.startsWith('character')) return undefined
  const own = constraints.filter(({ kind, columns }) => kind === 'check' && columns.length === 1 && columns[0] === name)
  for (const definition of [...own.map((check) => check.definition), ...domainChecks]) {
    const [, list] = /^CHECK \(\(+\S+ = ANY \(\(?ARRAY\[(.*)\]/.exec(definition.replaceAll(/\)::text/g, '')) ?? []
    const texts = [...(list ?? '').matchAll(/'((?:[^']|'')*)'::/g)].map(([, text]) => text!.replaceAll("''", "'"))
    if (texts.length > 0) return texts
  }
  return undefined
}
