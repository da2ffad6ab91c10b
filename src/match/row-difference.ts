import { keyColumn, passes, project } from '../ledger/view.js'
import type { Cell } from '../tables/column.js'
import { type Reading, sameCells } from './reading.js'

/** One key with which what was read is not the table after a commit. */
export interface RowDifference {
  readonly reading: Reading
  /** As it was read. */
  readonly key: string
  /** Undefined for a key that the stream never had. */
  readonly number: number | undefined
  /** As it was read; undefined where it is missing. */
  readonly given: readonly Cell[] | undefined
  /** How often the key was read. */
  readonly times: number
}

/** Compares what was read with the table after a commit, key by key. */
export function rowDifferences(reading: Reading, commit: number): RowDifference[] {
  const { table, view, rows } = reading
  const { columns } = table.rows.definition
  const key = keyColumn(view)
  const differences: RowDifference[] = []
  const given = new Map<number, { readonly row: readonly Cell[]; times: number }>()
  for (const row of rows) {
    const number = typeof row[key] === 'number' ? table.rows.numberOf(row[key]) : undefined
    if (number === undefined) {
      differences.push({ reading, key: String(row[key]), number, given: row, times: 1 })
      continue
    }
    const known = given.get(number)
    if (known) known.times += 1
    else given.set(number, { row, times: 1 })
  }
  const expected = (number: number): readonly Cell[] | undefined => {
    const version = table.history.versionAt(number, commit)
    const cells = version === undefined ? undefined : table.rows.load(number, version)
    return cells && passes(view, columns, cells) ? project(view, cells) : undefined
  }
  for (const [number, { row, times }] of given) {
    const cells = expected(number)
    if (times === 1 && cells && sameCells(cells, row)) continue
    differences.push({ reading, key: String(table.rows.keyOf(number)), number, given: row, times })
  }
  for (const { number } of table.history.versionsAt(commit)) {
    if (given.has(number) || expected(number) === undefined) continue
    differences.push({ reading, key: String(table.rows.keyOf(number)), number, given: undefined, times: 0 })
  }
  return differences
}
