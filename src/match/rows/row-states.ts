import type { LedgerTable } from '../../ledger/ledger-table.js'
import type { VersionChange } from '../../ledger/public-ledger.js'
import { versionsOf } from '../../ledger/row-history.js'
import { passes, project } from '../../ledger/view.js'
import type { Cell } from '../../tables/column.js'
import { historyInWords } from '../anomaly.js'
import { type Reading, sameCells } from './reading.js'

/** What a view showed of one row, or of one group, from a commit on. */
export interface RowState extends Pick<VersionChange, 'commit' | 'kind'> {
  /** Undefined where the view does not have it. */
  readonly cells: readonly Cell[] | undefined
}

/** What a view showed of one row or group, change by change, up to the last commit that a reader may see. */
export class States {
  readonly states: readonly RowState[]

  constructor(states: readonly RowState[]) {
    this.states = states
  }

  /** The index of the state after a commit; −1 before the first one. */
  at(commit: number): number {
    return this.states.findLastIndex((state) => state.commit <= commit)
  }

  /** The index of the state that shows these cells, the nearest one to another state; undefined where none does. */
  showing(cells: readonly Cell[] | undefined, near: number): number | undefined {
    const found = this.states.flatMap((state, index) => (sameCells(state.cells, cells) ? [index] : []))
    if (cells === undefined) found.unshift(-1)
    return found.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0]
  }

  /** The commit that brought the state at an index; 0 before the first one. */
  commitOf(index: number): number {
    return this.states[index]?.commit ?? 0
  }

  cellsAt(index: number): readonly Cell[] | undefined {
    return this.states[index]?.cells
  }

  after(commit: number): readonly Cell[] | undefined {
    return this.cellsAt(this.at(commit))
  }

  /** The last change at or before an index by which the row appeared in the view, or disappeared from it. */
  turnAt(index: number): RowState | undefined {
    const shown = this.cellsAt(index) !== undefined
    let turn = index
    while (turn > 0 && (this.cellsAt(turn - 1) !== undefined) === shown) turn -= 1
    return this.states[turn]
  }

  /** Such as `inserted by commit 1, updated by 4 and 7`. */
  toString(): string {
    return historyInWords(this.states) ?? 'never in the table'
  }
}

/** The states of one row of a table, by its number. */
export class RowStates extends States {
  constructor({ table, view, until }: Reading, number: number) {
    const { columns } = table.rows.definition
    super(
      versionsOf(table, number, until).map(({ commit, kind, version }) => {
        if (version === undefined) return { commit, kind, cells: undefined }
        const cells = table.load(number, version)
        return { commit, kind, cells: passes(view, columns, cells) ? [...project(view, cells)] : undefined }
      }),
    )
  }
}

/** The rows that a commit inserted, changed or deleted, by their numbers. */
export function changedRows({ history }: LedgerTable, commit: number): ReadonlySet<number> {
  return new Set([...history.insertedBy(commit), ...Array.from(history.changedBy(commit), ({ number }) => number)])
}
