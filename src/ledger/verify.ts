import { splitCopyRow } from '../tables/copy-row.js'
import { CopyText } from '../tables/copy-text.js'
import type { LedgerTable } from './ledger-table.js'
import { forEachRow, keyTextAt } from './read-rows.js'
import type { TableReader } from './table-reader.js'
import type { ColumnDifference, RowDifference, Verification } from './verification.js'

/** How many differing rows are listed one by one. */
const MOST_TOLD = 20

/** Compares tables with the ledger after a commit. Reads each table once and keeps one bit a row. */
export async function verifyTables(
  tables: readonly LedgerTable[],
  reader: TableReader,
  commit: number,
  signal?: AbortSignal,
): Promise<Verification> {
  const rows: Record<string, number> = {}
  const differences: RowDifference[] = []
  let differing = 0
  for (const table of tables) {
    const comparison = new TableComparison(table, commit, (difference) => {
      differing += 1
      if (differences.length < MOST_TOLD) differences.push(difference)
    })
    await forEachRow(table, reader, comparison.compare, signal)
    comparison.finish()
    rows[table.name] = comparison.rows
  }
  return Object.freeze({ equal: differing === 0, commit, rows, differing, differences })
}

class TableComparison {
  rows = 0
  readonly #table: LedgerTable
  readonly #commit: number
  readonly #report: (difference: RowDifference) => void
  readonly #expected: CopyText
  readonly #seen: Uint8Array
  #found = 0

  constructor(table: LedgerTable, commit: number, report: (difference: RowDifference) => void) {
    this.#table = table
    this.#commit = commit
    this.#report = report
    this.#expected = new CopyText(table.rows.definition.columns, 4096)
    const positions = table.history.positionOf(table.history.lastAt(commit) + 1)
    this.#seen = new Uint8Array(Math.ceil(positions / 8))
  }

  readonly compare = (number: number | undefined, bytes: Buffer, start: number, end: number): void => {
    this.rows += 1
    const version = number === undefined ? undefined : this.#table.history.versionAt(number, this.#commit)
    const keyHere = (): string => keyTextAt(this.#table.rows, bytes.subarray(start, end))
    if (number === undefined || version === undefined) return this.#differ(keyHere(), 'unexpected')
    if (this.#mark(number)) return this.#differ(keyHere(), 'duplicate')
    this.#found += 1
    this.#expected.clear()
    this.#expected.writeRow(this.#table.load(number, version))
    if (this.#expected.isAt(bytes, start, end)) return
    const expected = this.#expected.view()
    const written = expected.toString('utf8', 0, expected.length - 1)
    const columns = this.#columnDifferences(written, bytes.toString('utf8', start, end))
    this.#differ(keyHere(), 'different', columns)
  }

  /** To be called after the last row. */
  finish(): void {
    const { history, rows } = this.#table
    if (this.#found === history.rowsAt(this.#commit)) return
    for (const { number } of history.versionsAt(this.#commit)) {
      if (!this.#mark(number)) this.#differ(rows.keyTextOf(number), 'missing')
    }
  }

  /** Whether the row was marked before. */
  #mark(number: number): boolean {
    const position = this.#table.history.positionOf(number)
    const bit = 1 << (position & 7)
    const seen = (this.#seen[position >>> 3]! & bit) !== 0
    this.#seen[position >>> 3]! |= bit
    return seen
  }

  #columnDifferences(expectedRow: string, actualRow: string): ColumnDifference[] {
    const [expected, actual] = [splitCopyRow(expectedRow), splitCopyRow(actualRow)]
    return this.#table.rows.definition.columns
      .map(({ name }, i) => ({ column: name, expected: expected[i] ?? null, actual: actual[i] ?? null }))
      .filter((column) => column.expected !== column.actual)
  }

  #differ(key: string, kind: RowDifference['kind'], columns: readonly ColumnDifference[] = []): void {
    this.#report({ table: this.#table.name, key, kind, columns })
  }
}
