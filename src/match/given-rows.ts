import { OptionsError } from '../errors.js'
import type { Cell, Column } from '../tables/column.js'
import { cellReader } from './read-cell.js'

/**
 * Brings rows to the ledger's form, in one pass, as a job under test hands them out: objects or arrays (in the order of
 * the columns), in an array, an iterable or a `pg` result. Columns that the table does not have are left aside.
 *
 * @throws OptionsError for what is no rows, and for rows that lack a column
 */
export function readGivenRows(columns: readonly Column[], given: unknown): Cell[][] {
  const readers = columns.map((column) => cellReader(column))
  const rows: Cell[][] = []
  for (const row of iterate(given)) {
    if (typeof row !== 'object' || row === null) throw new OptionsError(`Expected rows, got ${typeof row} among them.`)
    const cells: Cell[] = []
    for (let index = 0; index < readers.length; index++) {
      const value: unknown = Array.isArray(row) ? row[index] : (row as Record<string, unknown>)[columns[index]!.name]
      if (value === undefined) throw missingColumn(columns, columns[index]!.name, row, rows.length)
      cells.push(readers[index]!(value))
    }
    rows.push(cells)
  }
  return rows
}

/** Like `readGivenRows`, for rows that may also come one after the other from a cursor or a stream. */
export async function readGivenRowsAsync(columns: readonly Column[], given: unknown): Promise<Cell[][]> {
  const inner = rowsOf(await given)
  if (!isAsyncIterable(inner)) return readGivenRows(columns, inner)
  const rows: unknown[] = []
  for await (const row of inner) rows.push(row)
  return readGivenRows(columns, rows)
}

function iterate(given: unknown): Iterable<unknown> {
  const rows = rowsOf(given)
  if (typeof rows === 'object' && rows !== null && Symbol.iterator in rows) return rows as Iterable<unknown>
  if (isAsyncIterable(rows) || rows instanceof Promise) {
    throw new OptionsError(
      'Expected rows that are there, got some that have to be awaited. Collect them first, or use `await expect(() => rows).toConvergeTo(table)`.',
    )
  }
  throw new OptionsError(`Expected rows as an array, an iterable or a \`pg\` result, got ${typeof given}.`)
}

function rowsOf(given: unknown): unknown {
  const isResult = typeof given === 'object' && given !== null && !(Symbol.iterator in given) && 'rows' in given
  return isResult ? given.rows : given
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function missingColumn(columns: readonly Column[], name: string, row: object, index: number): OptionsError {
  const names = columns.map((column) => column.name)
  const got = Array.isArray(row) ? `${row.length} values` : Object.keys(row).join(', ')
  return new OptionsError(
    `Expected rows with the columns ${names.join(', ')}, got row ${index + 1} without \`${name}\` (${got}). ` +
      'Narrow the table to what the rows have: `table.columns([...])`.',
  )
}
