import type { Cell } from '../tables/column.js'
import { toPgRow } from '../tables/pg-values.js'
import type { RowPeriod } from './public-ledger.js'
import type { LedgerTable } from './ledger-table.js'
import { versionsOf } from './row-history.js'
import { passes, project, type View } from './view.js'

/** What a view showed of a row between two commits. */
export interface RowSpan {
  /** The commit that made it so. */
  readonly from: number
  /** The commit that ended it; undefined where none did yet. */
  readonly to: number | undefined
  /** Undefined where the view does not have the row. */
  readonly cells: readonly Cell[] | undefined
  /** Undefined for a row that is not there. */
  readonly version: number | undefined
}

/**
 * What a view showed of a row up to a commit, from its first INSERT on. Changes that it does not show make no new span; one that
 * begins and ends with the same commit was never there for a reader.
 */
export function rowSpans(table: LedgerTable, view: View, number: number, until: number): RowSpan[] {
  const { columns } = table.rows.definition
  const begun: Omit<RowSpan, 'to'>[] = []
  for (const { commit: from, version } of versionsOf(table, number, until)) {
    const whole = version === undefined ? undefined : table.load(number, version)
    const cells = whole && passes(view, columns, whole) ? [...project(view, whole)] : undefined
    const before = begun.at(-1)?.cells
    const isSame = cells && before ? cells.every((cell, index) => cell === before[index]) : cells === before
    if (!isSame) begun.push({ from, cells, version: cells && version })
  }
  return begun.map((span, index) => ({ ...span, to: begun[index + 1]?.from }))
}

/** The rows that a table had at some time up to a commit, by their numbers: those that stood there before come first. */
export function* everyRow({ history, rows }: LedgerTable, until: number): Generator<number> {
  for (let number = -1; number >= -rows.foreignRows; number--) yield number
  const last = history.lastAt(until)
  for (let number = 1; number <= last; number++) if (wasThere(number)) yield number

  /** A row whose commit was late is passed over at first: its INSERT is a change like others. */
  function wasThere(number: number): boolean {
    return history.insertionOf(number) !== undefined || history.changesOf(number).next().done === false
  }
}

/** What a view showed of every row, as users get it. */
export function* tablePeriods(table: LedgerTable, view: View, until: number): Generator<RowPeriod> {
  for (const number of everyRow(table, until)) {
    const key = table.rows.keyTextOf(number)
    for (const { from, to, cells } of rowSpans(table, view, number, until)) {
      if (cells && from !== to) yield { key, from, to, row: toPgRow(view.columns, cells) }
    }
  }
}
