import { OptionsError } from '../../errors.js'
import type { Cell } from '../../tables/column.js'
import type { ResolvedState } from '../narrowed-table.js'
import { cellReader } from './read-cell.js'
import { typeName } from '../../tables/types/value-text.js'

/** What rows are read as. */
export interface RowShape extends Pick<ResolvedState, 'names'> {
  readonly view: Pick<ResolvedState['view'], 'columns'>
  /** What to do about rows that lack a column. @default narrow the table */
  readonly todo?: string
}

/** Rows in the ledger's form. */
interface ReadRows {
  readonly rows: Cell[][]
  /** The first ones as they were given, to show what a driver made of a value. */
  readonly samples: readonly object[]
}

const MOST_SAMPLES = 100

/**
 * Brings rows to the ledger's form, in one pass, as a job under test hands them out: objects or arrays (in the order of
 * the columns), in an array, an iterable or a `pg` result. Columns that the table does not have are left aside.
 *
 * @throws OptionsError for what is no rows, and for rows that lack a column
 */
export function readGivenRows({ view, names, todo }: RowShape, given: unknown): ReadRows {
  const scales = arrowScales(rowsOf(given))
  const readers = view.columns.map((column, index) => cellReader(column, scales.get(names[index]!)))
  const rows: Cell[][] = []
  const samples: object[] = []
  for (const row of iterate(given, names)) {
    if (typeof row !== 'object' || row === null) throw new OptionsError(`Expected rows, got ${typeof row} among them.`)
    const cells: Cell[] = []
    for (let index = 0; index < readers.length; index++) {
      const value = valueAt(row, index, names[index]!)
      if (value === undefined) throw missingColumn(names, names[index]!, row, rows.length, todo)
      cells.push(readers[index]!(value))
    }
    if (rows.length < MOST_SAMPLES) samples.push(row)
    rows.push(cells)
  }
  return { rows, samples }
}

/** Like `readGivenRows`, for rows that may also come one after the other from a cursor or a stream. */
export async function readGivenRowsAsync(shape: RowShape, given: unknown): Promise<ReadRows> {
  const awaited = await given
  const inner = rowsOf(awaited)
  if (!isAsyncIterable(inner)) return readGivenRows(shape, awaited)
  const rows: unknown[] = []
  for await (const row of inner) rows.push(row)
  return readGivenRows(shape, rows)
}

/**
 * The rows as they were given.
 *
 * @throws OptionsError for what is no rows
 */
export function rowList(given: unknown, names: readonly string[]): unknown[] {
  return [...iterate(given, names)]
}

/** What a row has in a column. */
export function valueAt(row: object, index: number, name: string): unknown {
  return Array.isArray(row) ? row[index] : (row as Readonly<Record<string, unknown>>)[name]
}

function iterate(given: unknown, names: readonly string[]): Iterable<unknown> {
  const rows = rowsOf(given)
  if (Array.isArray(rows)) refuseResults(rows, names)
  if (typeof rows === 'object' && rows !== null && Symbol.iterator in rows) return rows as Iterable<unknown>
  if (isAsyncIterable(rows) || rows instanceof Promise) {
    throw new OptionsError(
      'Expected rows that are there, got some that have to be awaited. Collect them first, or use `await expect(() => rows).toConvergeTo(table)`.',
    )
  }
  throw new OptionsError(`Expected rows as an array, an iterable or a \`pg\` result, got ${typeName(given)}.`)
}

function rowsOf(given: unknown): unknown {
  const isResult = typeof given === 'object' && given !== null && !(Symbol.iterator in given) && 'rows' in given
  return isResult ? given.rows : given
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function missingColumn(
  names: readonly string[],
  name: string,
  row: object,
  index: number,
  todo: string = narrowing(name, row),
): OptionsError {
  const got = Array.isArray(row) ? `${row.length} values` : Object.keys(row).join(', ')
  return new OptionsError(
    `Expected rows with the columns ${names.join(', ')}, got row ${index + 1} without \`${name}\` (${got}). ${todo}`,
  )
}

function narrowing(name: string, row: object): string {
  const other = Object.keys(row).find((key) => bareName(key) === bareName(name))
  return other === undefined
    ? 'Narrow the table to what the rows have: `table.columns([...])`.'
    : `They have \`${other}\`: say what they call columns, such as \`table.named((column) => column.toUpperCase())\`.`
}

/** What `ss_id`, `SS_ID` and `ssId` have in common. */
const bareName = (name: string): string => name.replaceAll('_', '').toLowerCase()

/** By column, how many digits of its decimals stand behind the point, where rows are an Arrow table: its values do not say. */
function arrowScales(rows: unknown): ReadonlyMap<string, number> {
  const scales = new Map<string, number>()
  const fields = member(member(rows, 'schema'), 'fields')
  for (const field of Array.isArray(fields) ? (fields as readonly unknown[]) : []) {
    const [name, scale] = [member(field, 'name'), member(member(field, 'type'), 'scale')]
    if (typeof name === 'string' && typeof scale === 'number') scales.set(name, scale)
  }
  return scales
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

/**
 * Some drivers give rows among other things, in a list that looks like rows itself: `[rows, fields]` of mysql2 (and of
 * Knex, Drizzle and Sequelize on top of it), `[rows]` of BigQuery, and the results of several statements.
 *
 * @throws OptionsError for such a list
 */
function refuseResults([first, second]: readonly unknown[], names: readonly string[]): void {
  if (Array.isArray(first) && (isRow(first[0], names) || isListOfFields(second))) {
    throw new OptionsError(
      'Expected rows, got a list of which the first element is the rows, as mysql2 gives `[rows, fields]`. ' +
        'Pass its first element: `const [rows] = await connection.query(…)`.',
    )
  }
  if (has(first, 'rows') && has(first, 'fields')) {
    throw new OptionsError('Expected the rows of one statement, got a list of results. Pass the one that is meant.')
  }
}

/** No cell of a row is an object with the table's columns. */
function isRow(value: unknown, [name]: readonly string[]): boolean {
  return name !== undefined && has(value, name)
}

function isListOfFields(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((field: unknown) => has(field, 'name'))
}

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
}
