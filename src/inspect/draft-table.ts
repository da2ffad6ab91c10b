import { dialects } from '../database/dialects.js'
import { TargetError } from '../errors.js'
import type { CatalogColumn, CatalogConstraint, CatalogTable } from './catalog-table.js'
import { tableChecks, type TableChecks } from './column-checks.js'
import { type DraftColumn, draftColumn, isClock } from './draft-column.js'
import { guessClock, isStampedByTrigger } from './guess-clock.js'

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
 * The names of the columns that tell the rows of a table apart: one integer, if there is one, else the primary key, or a
 * part of it that is unique by itself, else a unique constraint that takes no NULL.
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
  const primary = writable.find(({ kind }) => kind === 'primary')
  const isWithin = (one: CatalogConstraint): boolean =>
    one.columns.length < (primary?.columns.length ?? 0) && one.columns.every((c) => primary!.columns.includes(c))
  const found = writable.find(isInteger) ?? writable.find(isWithin) ?? primary ?? writable.toSorted(byWidth)[0]
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
  identity !== null || (expression?.toLowerCase().startsWith('nextval(') ?? false)

function leftOut(column: CatalogColumn, drafted: DraftColumn | undefined): string | undefined {
  if (column.generated) return 'the database computes it'
  if (isCounted(column)) return 'the database counts it'
  if (drafted) return undefined
  if (isClock(column)) return 'the database says when'
  const made = `rows cannot be made for ${column.labels ? `the enum ${column.type} of another schema` : column.type}`
  if (isFilled(column)) return `${made}; it gets its default`
  return column.notNull ? `${made}, and it is NOT NULL without a default` : `${made}; it stays NULL`
}
