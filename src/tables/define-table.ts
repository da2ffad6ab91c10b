import { OptionsError } from '../errors.js'
import { CLOCK_ORDERS, ClockCells, clockStart, completeClock, holdsClock, type TableClock } from './clock.js'
import type { Column } from './column.js'
import { expectedCell } from './expected-cell.js'
import { expectKnown } from './expect-known.js'
import { checkKey } from './keys/check-key.js'
import { type Key, keyNames } from './keys/key-column.js'
import { showValue } from './show-value.js'
import type { ParentTable, TableDefinition } from './table-definition.js'
import { COLUMN_TYPES, isColumnType } from './types/cell-types.js'

/** What PostgreSQL keeps of a name. What is longer is cut, and then not found. */
const MOST_BYTES = 63
/** Of `numeric` (https://www.postgresql.org/docs/14/datatype-numeric.html). */
const MOST_DIGITS = 1000
const MOST_CHILDREN = 1_000
const MOST_SKEW = 100
const MOST_COMMITS_A_STEP = 1_000_000

/** The compiler asks for all of them. */
const DEFINITION_PROPERTIES = Object.keys({
  name: true,
  columns: true,
  key: true,
  parent: true,
  refers: true,
  sequences: true,
  clock: true,
  ddl: true,
  rows: true,
} satisfies Record<keyof TableDefinition, true>)
const COLUMN_PROPERTIES = Object.keys({
  name: true,
  type: true,
  nullable: true,
  recomputed: true,
  enumType: true,
} satisfies Record<keyof Column, true>)
const PARENT_PROPERTIES = Object.keys({
  table: true,
  on: true,
  most: true,
  least: true,
  skew: true,
} satisfies Record<keyof ParentTable, true>)
const CLOCK_PROPERTIES = Object.keys({
  column: true,
  order: true,
  resolution: true,
  start: true,
} satisfies Record<keyof TableClock, true>)
const SEQUENCE_TYPES = new Set<unknown>(['int8', 'int4'])

/** Throws an error that says what a table was expected to have, what it has, and what to do. */
type Expect = (holds: boolean, what: string, got: unknown, todo?: string) => void

/**
 * Checks a table definition and freezes it. What its rows hold is checked when a stream begins.
 *
 * A definition that is handed to a stream as it is (inline) holds functions, which cannot cross threads: the stream then
 * computes, writes and awaits its batches on the caller's thread. A body that blocks this thread stops the load, and the
 * load takes its time from the test. Exported by a module and named as `{ module: new URL('./orders.js', import.meta.url),
 * export: 'orders' }`, the same definition runs on the worker thread, with the same changes.
 *
 * @throws OptionsError that names the table and the part that does not fit
 */
export function defineTable(definition: TableDefinition): TableDefinition {
  if (typeof definition !== 'object' || definition === null) {
    throw new OptionsError(
      `Expected \`defineTable\` to be given { name, key, columns, rows }, got \`${String(definition)}\`. See docs/own-tables.md.`,
    )
  }
  const { name, key, columns, ddl, sequences = {} } = definition
  expectKnown(definition, DEFINITION_PROPERTIES, isName(name) ? `table \`${name}\`` : '`defineTable()`')
  const expect: Expect = (holds, what, got, todo = '') => {
    if (!holds)
      throw new OptionsError(`Expected table \`${name}\` to have ${what}, got ${showValue(got)}.${todo && ` ${todo}`}`)
  }
  expect(isName(name), 'a name', name)
  expect(fitsName(name), `a name of at most ${MOST_BYTES} bytes`, name)
  expect(Array.isArray(columns), 'a list of columns', columns, 'Set `columns: [{ name, type }, …]`.')
  for (const column of columns) checkColumn(column, name, expect)
  checkKey(definition, expect)
  const names = new Set<string>()
  for (const column of columns) {
    expect(!names.has(column.name), 'distinct column names', column.name, 'Leave one of them out.')
    names.add(column.name)
  }
  expect(
    typeof definition.rows === 'function',
    'a function `rows`',
    definition['rows'],
    'It makes the rows: rows: (context) => ({ fill }).',
  )
  expect(ddl === undefined || (typeof ddl === 'string' && ddl.trim() !== ''), 'SQL as its `ddl`', ddl)
  for (const column of Object.values(sequences)) {
    const type = columns.find((one) => one.name === column)?.type
    expect(
      keyNames({ key }).includes(column) || SEQUENCE_TYPES.has(type),
      'sequences of type int8 or int4',
      column,
      'Name columns of these types.',
    )
  }
  checkParent(definition, names, expect)
  checkRefers(definition, expect)
  checkClock(definition, expect)
  const { parent, refers, clock } = definition
  return Object.freeze({
    ...definition,
    columns: Object.freeze(
      columns.map((column) =>
        Object.freeze(column.name === clock?.column ? { ...column, recomputed: true } : { ...column }),
      ),
    ),
    ...(typeof key !== 'string' && { key: frozenKey(key) }),
    ...(parent && { parent: Object.freeze({ ...parent, on: Object.freeze({ ...parent.on }) }) }),
    ...(refers && { refers: Object.freeze([...refers]) }),
    ...(clock && { clock: Object.freeze(completeClock(clock)) }),
    ...(definition.sequences && { sequences: Object.freeze({ ...sequences }) }),
  })
}

function checkColumn(column: Column, table: string, expect: Expect): void {
  expect(typeof column === 'object' && column !== null, 'columns { name, type }', column)
  const { name, type, enumType } = column
  expect(isName(name), 'columns with names', name)
  expect(fitsName(name), `columns with names of at most ${MOST_BYTES} bytes`, name)
  expect(isColumnType(type), 'columns of the known types', `${name} ${type}`, `Use ${COLUMN_TYPES}.`)
  const [, precision = 1, scale = 0] = (/^numeric\((\d+),(\d+)\)/.exec(type) ?? []).map(Number)
  const isNumeric = type.startsWith('numeric')
  expect(
    !isNumeric || (precision >= 1 && precision <= MOST_DIGITS && scale <= precision),
    `columns numeric(p,s) with p from 1 to ${MOST_DIGITS} and s from 0 to p`,
    `${name} ${type}`,
  )
  for (const property of ['nullable', 'recomputed'] as const) {
    const value: unknown = column[property]
    expect(value === undefined || typeof value === 'boolean', `\`${property}\` of \`${name}\` as true or false`, value)
  }
  expect(enumType === undefined || (isName(enumType) && type === 'text'), 'an `enumType` of text columns only', name)
  expectKnown(column, COLUMN_PROPERTIES, `column \`${name}\` of table \`${table}\``)
}

function checkParent({ name, parent }: TableDefinition, names: ReadonlySet<string>, expect: Expect): void {
  if (parent === undefined) return
  expect(
    isName(parent?.table),
    'the name of its parent',
    parent?.table,
    'Set `parent: { table, on: { own: parents } }`.',
  )
  expectKnown(parent, PARENT_PROPERTIES, `\`parent\` of table \`${name}\``)
  expect(parent.table !== name, 'another table as its parent', name, 'Rows of one table cannot wait for each other.')
  expect(typeof parent.on === 'object' && parent.on !== null, 'the columns of its parent as `on`', parent.on)
  for (const column of Object.keys(parent.on)) {
    expect(names.has(column), 'the columns that link it to its parent', column, 'Write `on: { own: parents }`.')
  }
  const { most = 1, least = most === 1 ? 1 : 0, skew = 0 } = parent
  expect(isWhole(most, 1, MOST_CHILDREN), `\`parent.most\` from 1 to ${MOST_CHILDREN}`, most)
  expect(isWhole(least, 0, most), '`parent.least` from 0 to `parent.most`', least)
  expect(isWhole(skew, 0, MOST_SKEW), `\`parent.skew\` from 0 to ${MOST_SKEW}`, skew)
}

function checkRefers({ parent, refers }: TableDefinition, expect: Expect): void {
  if (refers === undefined) return
  expect(Array.isArray(refers) && refers.every(isName), 'the names of tables as `refers`', refers)
  for (const [place, table] of refers.entries()) {
    expect(!refers.slice(0, place).includes(table), 'each table once in `refers`', table, 'Leave one of them out.')
  }
  expect(
    !refers.includes(parent?.table ?? ''),
    'other tables than its parent in `refers`',
    parent?.table,
    '`rowAbove` names the row of the parent.',
  )
}

function frozenKey(key: Exclude<Key, string>): Key {
  const parts = key.map((part) => {
    if (typeof part === 'string') return part
    const { values } = part
    return Object.freeze({ ...part, ...(typeof values === 'object' && { values: Object.freeze([...values]) }) })
  })
  return Object.freeze(parts)
}

function checkClock({ name, key, columns, sequences = {}, clock }: TableDefinition, expect: Expect): void {
  if (clock === undefined) return
  expectKnown(clock, CLOCK_PROPERTIES, `\`clock\` of table \`${name}\``)
  const { order, resolution, start } = completeClock(clock)
  const column = columns.find((one) => one.name === clock.column)
  const isFree = column && ![...keyNames({ key }), ...Object.values(sequences)].includes(column.name)
  const todo = 'Name a column of type timestamp, timestamptz, int8 or int4 that is no key and no sequence.'
  expect(isFree === true, 'a column of its own as the column of its clock', clock.column, todo)
  if (column === undefined) return
  expect(holdsClock(column), 'a column of a time as its clock', `${column.name} ${column.type}`, todo)
  expect(CLOCK_ORDERS.includes(order), `a clock whose \`order\` is ${CLOCK_ORDERS.join(', ')}`, order)
  const isStep = Number.isInteger(resolution) && resolution >= 1 && resolution <= MOST_COMMITS_A_STEP
  expect(isStep, `a clock whose \`resolution\` is from 1 to ${MOST_COMMITS_A_STEP} commits`, resolution)
  const fits =
    clockStart(start) !== undefined && expectedCell(column, new ClockCells(clock, columns).at(0)) === undefined
  expect(fits, `a clock whose \`start\` is an instant in whole seconds that \`${column.name}\` holds`, start)
}

const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
// In the protocol of PostgreSQL, NUL ends a text.
const isName = (text: unknown): boolean => typeof text === 'string' && text.length > 0 && !text.includes('\0')
const fitsName = (text: string): boolean => Buffer.byteLength(text) <= MOST_BYTES
