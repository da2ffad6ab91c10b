import { createAccumulator } from '../../ledger/accumulator.js'
import type { Cell, Column } from '../../tables/column.js'
import { showValue } from '../../tables/show-value.js'
import { typeOf } from '../../tables/types/cell-types.js'
import type { Anomaly } from '../anomaly.js'
import { valueAt } from '../given/given-rows.js'
import { type Reading, showCell } from './reading.js'
import { type RowKeys, rowKeys } from './row-keys.js'
import { typeName } from '../../tables/types/value-text.js'
import type { View } from '../../ledger/view.js'

/** From this share of the rows on, a column is wrong and not its rows. */
const NEARLY_ALL = 0.9
/** Of fewer rows each may be wrong by itself, unless its values are none of the column's type. */
const FEWEST_ROWS = 10
/** After so many rows, columns of which less than half are wrong are looked at no more. */
const FIRST_ROWS = 1_000

/** What of a reading can be compared with the table, and what identifies its rows, if anything does. */
export interface Comparable {
  readonly reading: Reading
  readonly keys: RowKeys | undefined
}

/** Readings without their wrong columns, and these. */
interface LeftAside {
  readonly columns: readonly Anomaly[]
  readonly comparable: readonly Comparable[]
}

/** Leaves columns aside that are wrong in nearly all rows: with them, no commit would be near. */
export function leaveAside(readings: readonly Reading[]): LeftAside {
  const columns: Anomaly[] = []
  const comparable: Comparable[] = []
  for (const reading of readings) {
    const keys = rowKeys(reading)
    const wrong = wrongColumns(reading, keys)
    columns.push(...wrong.map((tally) => toAnomaly(reading, tally)))
    const rest = wrong.length === 0 ? reading : without(reading, new Set(wrong.map(({ index }) => index)))
    if (rest) comparable.push({ reading: rest, keys: rest === reading ? keys : rowKeys(rest) })
  }
  return { columns, comparable }
}

/** Undefined where what is left says nothing: no column, or groups of which nobody knows what makes them. */
function without(reading: Reading, wrong: ReadonlySet<number>): Reading | undefined {
  const { table, view, names, rows } = reading
  const isRight = (_: unknown, index: number): boolean => !wrong.has(index)
  const isGroupWrong = view.sums !== undefined && view.selected.some((_, index) => wrong.has(index))
  if (isGroupWrong || wrong.size === view.columns.length) return undefined
  const narrowed: View = {
    ...view,
    selected: view.selected.filter(isRight),
    sums: view.sums?.filter((_, index) => !wrong.has(view.selected.length + index)),
    count: wrong.has(view.selected.length + (view.sums?.length ?? 0)) ? undefined : view.count,
    columns: view.columns.filter(isRight),
  }
  return {
    ...reading,
    view: narrowed,
    names: names.filter(isRight),
    track: table.track(narrowed),
    rows: rows.map((row) => row.filter(isRight)),
    samples: [],
  }
}

/** What was seen of one column so far. */
interface Tally {
  readonly index: number
  /** Rows in which either side has a value. */
  rows: number
  wrong: number
  unreadable: number
  /** The first row in which it is wrong, and what the table has there. */
  first: { readonly row: number; readonly expected: Cell } | undefined
}

/**
 * Columns in which nearly no row is as the table ever had it. That is what a driver, a type or a conversion makes of a
 * column, and hides what happened to the rows.
 */
function wrongColumns(reading: Reading, keys: RowKeys | undefined): Tally[] {
  const { view, rows } = reading
  const isBy = (index: number): boolean => view.sums !== undefined && index < view.selected.length
  const isKey = (index: number): boolean => {
    const column = view.selected[index]
    return column !== undefined && reading.table.rows.key.has(column)
  }
  const everHad = valuesOf(reading, (index) => keys === undefined || isBy(index))
  let tallies = view.columns.map((_, index): Tally => ({ index, rows: 0, wrong: 0, unreadable: 0, first: undefined }))
  for (const [at, row] of rows.entries()) {
    if (at === FIRST_ROWS) tallies = tallies.filter((tally) => tally.wrong > tally.rows / 2)
    if (tallies.length === 0) break
    const states = keys?.statesOf(row)
    for (const tally of tallies) {
      const cell = row[tally.index]!
      const known = everHad[tally.index]
      // Without its row, only the key of a table can be seen to be wrong.
      if (!known && !states && !isKey(tally.index)) continue
      const had = known
        ? known.values.has(cell)
        : (states?.states.some(({ cells }) => cells?.[tally.index] === cell) ?? false)
      const last = states?.states.findLast(({ cells }) => cells)?.cells
      const expected = known ? known.example : last ? last[tally.index]! : someKey(reading, tally.index)
      count(tally, view.columns[tally.index]!, cell, had, { row: at, expected })
    }
  }
  return tallies.filter(isWrong)
}

function count(tally: Tally, column: Column, cell: Cell, had: boolean, first: NonNullable<Tally['first']>): void {
  if (had && cell === null) return
  tally.rows += 1
  if (had) return
  tally.wrong += 1
  if (isUnreadable(column, cell)) tally.unreadable += 1
  tally.first ??= first
}

function isWrong({ rows, wrong, unreadable }: Tally): boolean {
  return wrong > 0 && wrong >= NEARLY_ALL * rows && (rows >= FEWEST_ROWS || unreadable === wrong)
}

/** Whether a cell is what `cellReader` makes of a value that is none of the column's type. */
function isUnreadable({ type }: Column, cell: Cell): boolean {
  if (typeof cell !== 'string') return false
  const { scale, expected } = typeOf(type)
  // Of numbers beyond 2^53 the digits are left.
  return scale ? !/^-?\d+$/.test(cell) : expected(cell, type) !== undefined
}

function someKey({ table, view, until }: Reading, index: number): Cell {
  for (const { number, version } of table.history.versionsAt(until)) {
    return table.load(number, version)[view.selected[index]!] ?? null
  }
  return null
}

/** Which of the values that were read a view ever had in a column, and one that it had. */
interface Values {
  readonly given: ReadonlySet<Cell>
  readonly values: Set<Cell>
  example: Cell
}

function valuesOf(reading: Reading, isAsked: (index: number) => boolean): (Values | undefined)[] {
  const { table, view, until, rows } = reading
  const found = view.columns.map((_, index): Values | undefined => {
    if (!isAsked(index)) return undefined
    return { given: new Set(rows.map((row) => row[index]!)), values: new Set(), example: null }
  })
  if (found.every((column) => !column)) return found
  const accumulator = createAccumulator(table.rows.definition.columns, view, {
    enter: (cells) =>
      found.forEach((column, index) => {
        const cell = cells[index]!
        if (column?.given.has(cell)) column.values.add(cell)
        if (column) column.example ??= cell
      }),
    leave: () => {},
  })
  for (let commit = 0; commit <= until; commit++) table.applyCommit(commit, accumulator)
  return found
}

function toAnomaly({ name, view, names, samples, rows }: Reading, { index, wrong, rows: of, first }: Tally): Anomaly {
  const column = view.columns[index]!
  const { row, expected } = first!
  const sample = samples[row]
  const value = sample && valueAt(sample, index, names[index]!)
  const got = sample ? `${showValue(value)} (${typeName(value)})` : showCell(column.type, rows[row]![index]!)
  const text =
    `wrong column: ${name} ${column.name} differs in ${wrong} of ${of} rows${of < rows.length ? ' with a value' : ''}, ` +
    `such as ${got} where the table has ${showCell(column.type, expected)} (${column.type})`
  return { name: 'wrong column', table: name, key: undefined, commit: undefined, text, history: undefined }
}
