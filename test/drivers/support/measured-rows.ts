import { matchCommit } from '../../../src/match/match-commit.js'
import type { TableState } from '../../../src/match/table-state.js'
import type { PlannedLedger } from '../../../src/ledger/planned-ledger.js'
import { ledgerAt } from '../../support/ledger-at.js'
import { planInput } from '../../support/plan-inputs.js'
import { tablesOf } from '../../support/table-states.js'
import { measured, type Shift } from './measured.js'

/** The commit whose rows are in every database. */
export const COMMIT = 5

const ratio = { insert: 70, update: 20, delete: 10 }

function ledgerOf(shift: Shift): PlannedLedger {
  return ledgerAt(planInput({ tables: [measured(shift)], batchSize: 15, ratio }), () => COMMIT + 2)
}

const tableOf = (shift: Shift): TableState => tablesOf(ledgerOf(shift)).table('measured')

const ledger = ledgerOf({})

export const table: TableState = tablesOf(ledger).table('measured')

/** The same table, each time with one column that is wrong. */
export const wrongTables: readonly TableState[] = [
  tableOf({ amount: true }),
  tableOf({ sold_on: true }),
  tableOf({ is_paid: true }),
  tableOf({ note: true }),
]

/** The rows after the commit, with days as text. */
export function measuredRows(): readonly (readonly (string | boolean | null)[])[] {
  const rows = [...ledger.at(COMMIT).rows('measured')].map((row) =>
    Object.values(row).map((value) => (value instanceof Date ? dayOf(value) : (value as string | boolean | null))),
  )
  if (matchCommit(rows, table)?.first !== COMMIT) throw new Error('Expected the rows to be those of the commit.')
  return rows
}

function dayOf(date: Date): string {
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** One INSERT of all rows. All the databases here take these literals. */
export function insertStatement(): string {
  const literal = (value: string | boolean | null): string =>
    value === null ? 'NULL' : typeof value === 'boolean' ? String(value) : `'${value.replaceAll("'", "''")}'`
  const rows = measuredRows().map((row) => `(${row.map(literal).join(', ')})`)
  return `INSERT INTO measured VALUES ${rows.join(', ')}`
}
