import { textLimit } from '../preflight/column-fit.js'
import type { ColumnType } from '../tables/column.js'
import { isColumnType } from '../tables/types/cell-types.js'
import type { CatalogColumn, CatalogTable } from './catalog-table.js'
import { narrow, type Range } from './check-forms.js'
import type { TableChecks } from './column-checks.js'

/** A column as it is drafted. */
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
  /** What CHECKs and its type say of it. */
  readonly range: Range
  /** What its type alone says. */
  readonly limits: Range | undefined
  /** The code of its only value, where a CHECK is not understood. */
  readonly fixed: string | undefined
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  text: 'text',
  citext: 'text',
  uuid: 'text',
  boolean: 'bool',
  date: 'date',
}
/** Names that the catalog writes otherwise than a definition. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^timestamp(.*) without time zone$/, 'timestamp$1'],
  [/^timestamp(.*) with time zone$/, 'timestamptz$1'],
  [/^time(.*) without time zone$/, 'time$1'],
  [/^double precision$/, 'float8'],
  [/^real$/, 'float4'],
  [/^bit varying/, 'varbit'],
]
/** Of a moment that is the default of its column, or that MySQL sets with every UPDATE. */
const NOW =
  /^\(?(?:now\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP|CURRENT_TIME|LOCALTIME|(?:clock|statement|transaction)_timestamp\(\))| ON UPDATE /i
/** Cells are integers below 2^53. */
const MOST_DIGITS = 15

/** What a definition makes of a column; undefined for a type that rows cannot be made for. */
export function draftColumn(
  column: CatalogColumn,
  table: CatalogTable,
  checks: TableChecks,
  clock?: string,
): DraftColumn | undefined {
  const type = definedType(column)
  if (type === undefined || (isClock(column) && column.name !== clock)) return undefined
  const found = textLimit(column.base.replace('[]', ''))
  const longest = checks.ranges.get(column.name)?.longest
  const limit =
    longest !== undefined && (found === undefined || longest < found.most) ? { most: longest, padded: false } : found
  const range = narrow(column.limits, checks.ranges.get(column.name))
  const labels = column.labels?.filter(
    (label) => !range.not?.includes(label) && (range.choices?.includes(label) ?? true),
  )
  return {
    name: column.name,
    type,
    nullable: !column.notNull,
    enumType: (column.labels && column.typeName) || undefined,
    choices: labels ?? (type === 'text' ? range.choices : undefined) ?? checkedChoices(column, table),
    range,
    limits: column.limits,
    fixed: checks.fixed.get(column.name),
    limit: limit && { most: limit.most, exact: limit.padded },
    isUuid: column.base === 'uuid',
  }
}

/** Whether the database puts into a column when a row came: no row can know that. */
export function isClock({ base, expression }: CatalogColumn): boolean {
  return base.startsWith('time') && NOW.test(expression ?? '')
}

function definedType({
  base: type,
  labels,
  typeIsNear,
}: Pick<CatalogColumn, 'base' | 'labels' | 'typeIsNear'>): ColumnType | undefined {
  if (labels) return labels.length > 0 && typeIsNear ? 'text' : undefined
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? []
  if (precision !== undefined && scale !== undefined) {
    return Number(scale) <= Math.min(Number(precision), MOST_DIGITS - 1)
      ? `numeric(${+precision},${+scale})`
      : undefined
  }
  if (/^character( varying)?(\(\d+\))?$/.test(type)) return 'text'
  // An extension may be in another schema.
  return TYPES[type.replace(/^(?:"[^"]+"|\w+)\.(?=citext$)/, '')] ?? textType(type) ?? arrayType(type)
}

function textType(type: string): ColumnType | undefined {
  const name = NAMES.reduce((text, [pattern, other]) => text.replace(pattern, other), type)
  return isColumnType(name) && !name.endsWith('[]') ? (name as ColumnType) : undefined
}

function arrayType(type: string): ColumnType | undefined {
  if (!type.endsWith('[]')) return undefined
  const base = type.slice(0, -2)
  // Texts that are uuids are no items of an array of texts.
  const item = base === 'uuid' ? base : definedType({ base, labels: null, typeIsNear: false })
  // Of texts of a length, items may be shorter than they are padded to.
  return item === undefined || type.startsWith('character(') ? undefined : (`${item}[]` as ColumnType)
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
