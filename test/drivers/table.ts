import { resolveState } from '../../src/match/narrowed-table.js'
import { viewRows } from '../../src/match/rows/reading.js'
import type { TableState } from '../../src/match/commit-target.js'
import type { Cell, Column } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { scaledToText, scaleOf } from '../../src/tables/scaled-number.js'
import { ledgerAt } from '../support/ledger-at.js'
import { planInput } from '../support/plan-inputs.js'
import { tablesOf } from '../support/table-states.js'

/** The last commit, and the one that the drivers read. */
const LAST = 6
export const COMMIT = 4

const LABELS = ['', 'Ünïcödé €', '漢字', '🙂', "it's", ' spaces ', 'null', 'a,"b"']

/** Days on which summer time skips midnight in Santiago, Beirut, Cairo and Havana, leap days, and old and far ones. */
const DAYS = [
  '2000-10-15',
  '2003-03-30',
  '1999-04-30',
  '2000-04-02',
  '2004-02-29',
  '1969-12-31',
  '1970-01-01',
  '1900-01-01',
  '9999-12-31',
  '2011-07-15',
]

/** A table with every type of column that there is. */
const readings = defineTable({
  name: 'readings',
  key: 'id',
  columns: [
    { name: 'id', type: 'int8', nullable: false },
    { name: 'small', type: 'int2' },
    { name: 'whole', type: 'int4' },
    { name: 'large_number', type: 'int8' },
    { name: 'exact', type: 'numeric(12,4)', recomputed: true },
    { name: 'label', type: 'text' },
    { name: 'flag', type: 'bool', recomputed: true },
    { name: 'day', type: 'date' },
  ],
  rows: () => ({
    fill: (cells, number, version) => {
      cells[1] = (number % 2 === 0 ? 1 : -1) * ((number * 37) % 32_768)
      cells[2] = number % 7 === 0 ? null : number * 1_000_003
      cells[3] = (number % 3 === 0 ? -1 : 1) * (Number.MAX_SAFE_INTEGER - number)
      // Also values that JavaScript and decimal.js write with an exponent or without their zeros.
      cells[4] = number % 5 === 0 ? null : number % 4 === 0 ? version : (number - 40) * 10_001_003 + version
      cells[5] = number % 6 === 0 ? null : LABELS[number % LABELS.length]!
      cells[6] = number % 8 === 0 ? null : (number + version) % 2 === 0
      cells[7] = number % 9 === 0 ? null : DAYS[number % DAYS.length]!
    },
  }),
})

const input = planInput({ tables: [readings], batchSize: 30, ratio: { insert: 70, update: 20, delete: 10 } })

export const table: TableState = tablesOf(ledgerAt(input, () => LAST)).table('readings')
export const columns: readonly Column[] = readings.columns
/** What the table contains after the commit, in the ledger's form. */
export const cells: readonly (readonly Cell[])[] = viewRows(resolveState(table), COMMIT)

export type Dialect = 'postgres' | 'mariadb' | 'sqlite' | 'duckdb'

/** The statements that make and fill the table. */
export function statements(dialect: Dialect, name = 'readings'): string[] {
  const definitions = columns.map(({ name: column, type }) => `${column} ${typeIn(dialect, type)}`)
  const rows = cells.map((row) => `(${row.map((cell, index) => literal(columns[index]!.type, cell)).join(', ')})`)
  return [`CREATE TABLE ${name} (${definitions.join(', ')})`, `INSERT INTO ${name} VALUES ${rows.join(',\n')}`]
}

function typeIn(dialect: Dialect, type: string): string {
  const own: Readonly<Record<string, string>> = { int2: 'smallint', int4: 'integer', int8: 'bigint', bool: 'boolean' }
  if (dialect === 'mariadb' && type === 'text') return 'varchar(100) CHARACTER SET utf8mb4'
  return own[type] ?? type
}

function literal(type: string, cell: Cell): string {
  if (cell === null) return 'NULL'
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE'
  return typeof cell === 'number' ? scaledToText(cell, scaleOf(type)) : `'${cell.replaceAll("'", "''")}'`
}
