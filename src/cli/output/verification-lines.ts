import type { RowDifference, Verification } from '../../ledger/verification.js'
import { failure, info, type LogLine, countText } from './log-line.js'

const MOST_SHOWN = 10

export function verificationLines(verification: Verification): LogLine[] {
  const { equal, commit, rows, differing, differences } = verification
  const compared = Object.entries(rows).map(([table, count]) => `${table} (${countText(count, 'row')})`)
  const tables = new Intl.ListFormat('en').format(compared)
  if (equal) return [info(`Verified: ${tables} as the ledger has it after batch ${commit}`)]
  return [
    failure(`The database differs from the ledger after batch ${commit}: ${countText(differing, 'row')} of ${tables}`),
    ...differenceTexts({ differing, differences }).map(failure),
  ]
}

/** The first of the rows that differ, and how many more there are. */
export function differenceTexts({
  differing,
  differences,
}: Pick<Verification, 'differing' | 'differences'>): readonly string[] {
  const first = differences.slice(0, MOST_SHOWN).map(differenceText)
  const rest = differing - first.length
  return rest > 0 ? [...first, `… and ${countText(rest, 'more row')}`] : first
}

function differenceText({ table, key, kind, columns }: RowDifference): string {
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
