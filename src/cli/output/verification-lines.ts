import type { RowDifference, Verification } from '../../ledger/verification.js'
import { failure, info, type LogLine } from './log-line.js'
import { countText } from './wording.js'

/** How many differing rows are written out; the count covers all of them. */
const shown = 10

/** The result of comparing the tables with the ledger, for people. */
export function verificationLines(verification: Verification): LogLine[] {
  const { equal, commit, rows, differing, differences } = verification
  const compared = Object.entries(rows).map(([table, count]) => `${table} (${countText(count, 'row')})`)
  const tables = new Intl.ListFormat('en').format(compared)
  if (equal) return [info(`Verified: ${tables} as the ledger has it after batch ${commit}`)]
  const first = differences.slice(0, shown).map((difference) => failure(differenceText(difference)))
  const rest = differing - first.length
  return [
    failure(`The database differs from the ledger after batch ${commit}: ${countText(differing, 'row')} of ${tables}`),
    ...first,
    ...(rest > 0 ? [failure(`… and ${countText(rest, 'more row')}`)] : []),
  ]
}

/** One differing row. */
export function differenceText({ table, key, kind, columns }: RowDifference): string {
  switch (kind) {
    case 'missing':
      return `${table} ${key}: the ledger has this row, the table does not`
    case 'unexpected':
      return `${table} ${key}: the table has this row, the ledger does not`
    case 'duplicate':
      return `${table} ${key}: the table has this key more than once`
    case 'different': {
      const cells = columns.map(
        ({ column, expected, actual }) => `${column} expected ${expected ?? 'NULL'}, got ${actual ?? 'NULL'}`,
      )
      return `${table} ${key}: ${cells.join('; ')}`
    }
  }
}
