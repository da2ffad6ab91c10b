import { dialects } from '../database/dialects.js'
import { TargetError } from '../errors.js'
import type { CatalogColumn, CatalogConstraint, CatalogTable } from './catalog-table.js'
import type { ColumnType } from '../tables/column.js'
import { isColumnType } from '../tables/types/cell-types.js'
import type { Range } from './check-forms.js'
import { tableChecks, type TableChecks } from './column-checks.js'
import { guessClock, isStampedByTrigger } from './guess-clock.js'
import { textLimit } from '../preflight/column-fit.js'

/** A table as far as its catalog entry alone decides how it is drafted. */
export interface DraftTable {
  readonly source: CatalogTable
  readonly checks: TableChecks
  /** The columns of the key. */
  readonly keys: readonly DraftColumn[]
  /** Whether it is one integer that counts as far as a stream goes. */
  readonly isPlainKey: boolean
  /** Whether no constraint says that its rows differ there. */
  readonly isKeyChosen: boolean
  /** The column that the stream's clock fills; it is the last one. */
  readonly clock: string | undefined
  /** All columns that rows are made for, but for those of the key. */
  readonly columns: readonly DraftColumn[]
  /** Columns that are left to the database, and why; `isMissed` where it has nothing to put there. */
  readonly omitted: readonly { readonly name: string; readonly why: string; readonly isMissed: boolean }[]
}

/** @param choosesKey Whether a table without a key is told apart by a column that no constraint names, if it has one. */
export function draftTable(source: CatalogTable, { choosesKey = false } = {}): DraftTable {
  const checks = tableChecks(source)
  const chosen = choosesKey ? chosenKey(source, checks) : undefined
  const names = keyNamesOf(source, (name) => canBeKey(source, name, checks), chosen)
  const keys = names.map((name) =>
    draftColumn(
      source.columns.find((one) => one.name === name)!,
      source,
      checks,
    )!,
  )
  const columns: DraftColumn[] = []
  const omitted: DraftTable['omitted'][number][] = []
  const clock = guessClock(source, checks)
  const isClockColumn = ({ name }: { readonly name: string }): boolean => name === clock
  const others = source.columns.filter((column) => !names.includes(column.name))
  for (const column of [...others.filter((one) => !isClockColumn(one)), ...others.filter(isClockColumn)]) {
    const drafted = draftColumn(column, source, checks, clock)
    const why = isStampedByTrigger(source, column) ? 'a trigger says when' : leftOut(column, drafted)
    if (why === undefined) columns.push(drafted!)
    else omitted.push({ name: column.name, why, isMissed: column.notNull && !isFilled(column) })
  }
  const isPlainKey = keys.length === 1 && /^int[48]$/.test(keys[0]!.type)
  return { source, checks, keys, isPlainKey, columns, omitted, isKeyChosen: names === chosen, clock }
}

/** A column that rows are made for; those of the key are among them. */
export function columnOf({ keys, columns }: DraftTable, name: string): DraftColumn | undefined {
  return [...keys, ...columns].find((column) => column.name === name)
}

/** Whether a column is one of the key. */
export function isKeyOf({ keys }: DraftTable, name: string): boolean {
  return keys.some((key) => key.name === name)
}

/**
 * The names of the columns that tell the rows of a table apart: one integer, if there is one, else the primary key, else a
 * unique constraint that takes no NULL.
 */
function keyNamesOf(
  table: CatalogTable,
  fits: (name: string) => boolean,
  chosen: readonly string[] | undefined,
): readonly string[] {
  const { schema, name, dialect, columns, constraints } = table
  const candidates = constraints.filter(({ kind }) => kind === 'primary' || kind === 'unique')
  const columnOf = (one: string): CatalogTable['columns'][number] | undefined => columns.find((c) => c.name === one)
  const isWritable = ({ kind, columns: names }: CatalogConstraint): boolean =>
    names.length > 0 &&
    names.every((one) => (kind === 'primary' || columnOf(one)?.notNull) && !columnOf(one)?.generated && fits(one))
  const isInteger = ({ columns: names }: CatalogConstraint): boolean =>
    names.length === 1 && /^(?:integer|bigint)$/.test(columnOf(names[0]!)?.base ?? '')
  const writable = candidates.filter(isWritable)
  const found =
    writable.find(isInteger) ?? writable.find(({ kind }) => kind === 'primary') ?? writable.toSorted(byWidth)[0]
  if (found) return found.columns
  if (chosen) return chosen
  const shown = candidates.map(({ kind, columns: names }) => {
    const types = names.map((one) => `${one} ${columnOf(one)?.type}`)
    return `${kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE'} (${types.join(', ')})`
  })
  throw new TargetError(
    `Expected \`${schema}.${name}\` to have a primary key, or unique NOT NULL columns, of integers, uuids, texts or dates, got ${shown.join(', ') || 'no key'}. ` +
      `A stream tells rows apart by such columns. ${dialects[dialect].copyWithKey}`,
  )
}

const byWidth = (a: CatalogConstraint, b: CatalogConstraint): number => a.columns.length - b.columns.length

/** Whether a stream can count by a column. */
function canBeKey(source: CatalogTable, name: string, checks: TableChecks): boolean {
  const column = source.columns.find((one) => one.name === name)
  const drafted = column && draftColumn(column, source, checks)
  return drafted !== undefined && /^(?:int[248]|text|date)$/.test(drafted.type)
}

/** A column that can count: best one that is unique but for NULLs, else one that is never NULL and points nowhere. */
function chosenKey(source: CatalogTable, checks: TableChecks): readonly string[] | undefined {
  const points = (name: string): boolean =>
    source.constraints.some(({ kind, columns }) => kind === 'foreign' && columns.includes(name))
  const isUnique = (name: string): boolean =>
    source.constraints.some(({ kind, columns }) => kind === 'unique' && columns.length === 1 && columns[0] === name)
  const cost = ({ name, base, notNull }: CatalogColumn): number =>
    (isUnique(name) ? 0 : 8) +
    (points(name) ? 4 : 0) +
    (notNull ? 0 : 2) +
    (/^(?:integer|bigint|uuid)$/.test(base) ? 0 : 1)
  const fits = ({ name, base, labels, generated }: CatalogColumn): boolean =>
    !labels &&
    !generated &&
    base !== 'date' &&
    base !== 'smallint' &&
    !checks.ranges.has(name) &&
    !checks.fixed.has(name) &&
    canBeKey(source, name, checks)
  const [best] = source.columns.filter(fits).toSorted((a, b) => cost(a) - cost(b))
  return best && [best.name]
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
  /** What CHECKs say of it. */
  readonly range: Range
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
/** Of a moment that is the default of its column. */
const NOW =
  /^\(?(?:now\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP|CURRENT_TIME|LOCALTIME|(?:clock|statement|transaction)_timestamp\(\))/
/** Cells are integers below 2^53. */
const MOST_DIGITS = 15

/** What a definition makes of a column; undefined for a type that rows cannot be made for. */
function draftColumn(
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
  const range = checks.ranges.get(column.name) ?? {}
  const labels = column.labels?.filter(
    (label) => !range.not?.includes(label) && (range.choices?.includes(label) ?? true),
  )
  return {
    name: column.name,
    type,
    nullable: !column.notNull,
    enumType: column.labels ? column.typeName : undefined,
    choices: labels ?? (type === 'text' ? range.choices : undefined) ?? checkedChoices(column, table),
    range,
    fixed: checks.fixed.get(column.name),
    limit: limit && { most: limit.most, exact: limit.padded },
    isUuid: column.base === 'uuid',
  }
}

/** Whether the database puts into a column when a row came: no row can know that. */
function isClock({ base, expression }: CatalogColumn): boolean {
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
