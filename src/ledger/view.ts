import { OptionsError } from '../errors.js'
import type { Cell, Column } from '../tables/column.js'
import { toPgRow } from '../tables/pg-values.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { Row } from './change.js'

/** Sums by group. */
export interface Aggregate {
  /** The columns whose values make a group; none makes one group of all rows. */
  readonly by?: readonly string[]
  /** Columns that are summed, as SQL's `sum`: NULLs are left out, a group without values has NULL. */
  readonly sum?: readonly string[]
  /** What the column with the number of rows is called, if there is one. */
  readonly count?: string
}

/** What of a table a job under test really produces: some rows, some columns, or sums by group. */
export interface View {
  readonly filter: ((row: Row) => boolean) | undefined
  /** Indexes into the table's columns: the columns of the view, or of its groups. */
  readonly selected: readonly number[]
  /** Indexes of the columns that are summed; undefined without an aggregate. */
  readonly sums: readonly number[] | undefined
  /** The name of the count, if there is one. */
  readonly count: string | undefined
  /** The columns of the result. */
  readonly columns: readonly Column[]
}

/** All rows and columns of a table. */
export function wholeTable(columns: readonly Column[]): View {
  return { filter: undefined, selected: columns.map((_, index) => index), sums: undefined, count: undefined, columns }
}

/** @throws OptionsError for a column that the table does not have */
export function selectColumns(table: readonly Column[], view: View, names: readonly string[]): View {
  const selected = names.map((name) => columnIndex(table, name))
  return { ...view, selected, columns: selected.map((index) => table[index]!) }
}

/** @throws OptionsError for a column that the table does not have, or that cannot be summed */
export function aggregateColumns(table: readonly Column[], view: View, { by = [], sum = [], count }: Aggregate): View {
  const selected = by.map((name) => columnIndex(table, name))
  const sums = sum.map((name) => columnIndex(table, name))
  const columns = [
    ...selected.map((index) => table[index]!),
    ...sums.map((index) => sumColumn(table[index]!)),
    ...(count === undefined ? [] : [{ name: count, type: 'int8' } as const]),
  ]
  return { ...view, selected, sums, count, columns }
}

/** Whether a row with these cells is part of a view. */
export function passes(view: View, table: readonly Column[], cells: readonly Cell[]): boolean {
  return view.filter === undefined || view.filter(toPgRow(table, cells))
}

/** The cells of a row that a view, or its groups, are made of. A row that is taken whole is not copied. */
export function project({ selected }: View, cells: readonly Cell[]): readonly Cell[] {
  if (selected.length === cells.length && selected.every((column, index) => column === index)) return cells
  return selected.map((column) => cells[column] ?? null)
}

/** Where the columns of the table's key are among those of a view; undefined where they do not identify rows. */
export function keyPlaces(
  { parts }: { readonly parts: readonly { readonly index: number }[] },
  { selected, sums }: View,
): readonly number[] | undefined {
  const places = parts.map(({ index }) => selected.indexOf(index))
  return sums || places.includes(-1) ? undefined : places
}

function columnIndex(table: readonly Column[], name: string): number {
  const index = table.findIndex((column) => column.name === name)
  if (index >= 0) return index
  throw new OptionsError(
    `Expected a column of the table (${table.map((column) => column.name).join(', ')}), got \`${name}\`.`,
  )
}

function sumColumn({ name, type }: Column): Column {
  const scale = typeOf(type).scale?.(type)
  if (scale !== undefined) return { name, type: `numeric(38,${scale})` }
  throw new OptionsError(`Expected \`sum\` to name columns with numbers, got \`${name}\` of type ${type}.`)
}
