import { createAccumulator } from '../../ledger/accumulator.js'
import { isCalendarDate } from '../../tables/calendar-date.js'
import type { Cell, Column } from '../../tables/column.js'
import { showValue } from '../../tables/show-value.js'
import { textTypeOf } from '../../tables/types/text-types.js'
import type { Anomaly } from '../anomaly.js'
import { valueAt } from '../given/given-rows.js'
import type { Reading } from './reading.js'
import type { RowKeys } from './row-difference.js'
import { showCell } from './show-cell.js'
import { typeName } from '../given/value-text.js'

/** From this share of the rows on, a column is wrong and not its rows. */
const NEARLY_ALL = 0.9
/** Of fewer rows each may be wrong by itself, unless its values are none of the column's type. */
const FEWEST_ROWS = 10
/** After so many rows, columns of which less than half are wrong are looked at no more. */
const FIRST_ROWS = 1_000

/** A column of a view that is wrong in nearly all rows. */
export interface WrongColumn {
  readonly index: number
  readonly text: string
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
export function wrongColumns(reading: Reading, keys: RowKeys | undefined): WrongColumn[] {
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
  return tallies.filter(isWrong).map((tally) => ({ index: tally.index, text: describe(reading, tally) }))
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
  if (type === 'text' || typeof cell !== 'string') return false
  const textType = textTypeOf(type)
  if (textType) return textType.normal(cell, type) !== cell
  return type === 'date' ? !isCalendarDate(cell) : type === 'bool' || !/^-?\d+$/.test(cell)
}

function someKey({ table, view, until }: Reading, index: number): Cell {
  for (const { number, version } of table.history.versionsAt(until)) {
    return table.rows.load(number, version)[view.selected[index]!] ?? null
  }
  return null
}

/** Which of the values that were read a view ever had in a column, and one that it had. */
interface Values {
  readonly values: Set<Cell>
  example: Cell
}

function valuesOf(reading: Reading, isAsked: (index: number) => boolean): (Values | undefined)[] {
  const { table, view, until, rows } = reading
  const asked = view.columns.map((_, index) => (isAsked(index) ? index : -1)).filter((index) => index >= 0)
  const found: (Values | undefined)[] = view.columns.map(() => undefined)
  if (asked.length === 0) return found
  const given = new Map(asked.map((index) => [index, new Set(rows.map((row) => row[index]!))]))
  for (const index of asked) found[index] = { values: new Set(), example: null }
  const accumulator = createAccumulator(table.rows.definition.columns, view, {
    enter: (cells) => {
      for (const index of asked) {
        const [cell, values] = [cells[index]!, found[index]!]
        if (given.get(index)!.has(cell)) values.values.add(cell)
        values.example ??= cell
      }
    },
    leave: () => {},
  })
  for (let commit = 0; commit <= until; commit++) table.applyCommit(commit, accumulator)
  return found
}

function describe({ name, view, names, samples, rows }: Reading, { index, wrong, rows: of, first }: Tally): string {
  const column = view.columns[index]!
  const { row, expected } = first!
  const sample = samples[row]
  const value = sample && valueAt(sample, index, names[index]!)
  const got = sample ? `${showValue(value)} (${typeName(value)})` : showCell(column.type, rows[row]![index]!)
  return (
    `wrong column: ${name} ${column.name} differs in ${wrong} of ${of} rows${of < rows.length ? ' with a value' : ''}, ` +
    `such as ${got} where the table has ${showCell(column.type, expected)} (${column.type})`
  )
}

export function toAnomaly({ name }: Reading, { text }: WrongColumn): Anomaly {
  return { name: 'wrong column', table: name, key: undefined, commit: undefined, text, history: undefined }
}
