import { versionsOf, type VersionChange } from '../ledger/row-history.js'
import { passes, project } from '../ledger/view.js'
import type { Cell } from '../tables/column.js'
import { type Reading, sameCells } from './reading.js'

/** What a view showed of one row from a commit on. */
export interface RowState extends VersionChange {
  /** Undefined where the view does not have the row. */
  readonly cells: readonly Cell[] | undefined
}

/** What a view showed of one row, change by change, up to the last commit that a reader may see. */
export class RowStates {
  readonly states: readonly RowState[]

  constructor({ table, view, until }: Reading, number: number) {
    const { columns } = table.rows.definition
    this.states = versionsOf(table, number, until).map((change) => {
      if (change.version === undefined) return { ...change, cells: undefined }
      const cells = table.rows.load(number, change.version)
      return { ...change, cells: passes(view, columns, cells) ? [...project(view, cells)] : undefined }
    })
  }

  /** The index of the state after a commit; −1 before the first one. */
  at(commit: number): number {
    return this.states.findLastIndex((state) => state.commit <= commit)
  }

  /** The index of the state that shows these cells, the nearest one to another state; undefined where none does. */
  showing(cells: readonly Cell[] | undefined, near: number): number | undefined {
    const found = this.states.flatMap((state, index) => (sameState(state.cells, cells) ? [index] : []))
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

  /** The last change at or before an index by which the row appeared in the view, or disappeared from it. */
  turnAt(index: number): RowState | undefined {
    const shown = this.cellsAt(index) !== undefined
    let turn = index
    while (turn > 0 && (this.cellsAt(turn - 1) !== undefined) === shown) turn -= 1
    return this.states[turn]
  }

  /** Such as `inserted by commit 1, updated by 4 and 7`. */
  toString(): string {
    if (this.states.length === 0) return 'never in the table'
    const verbs = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const
    return this.states
      .map(({ kind, commit }) => (commit === 0 ? 'there from the start' : `${verbs[kind]} by commit ${commit}`))
      .join(', ')
  }
}

function sameState(one: readonly Cell[] | undefined, other: readonly Cell[] | undefined): boolean {
  return one === undefined || other === undefined ? one === other : sameCells(one, other)
}
