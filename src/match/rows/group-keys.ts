import { type Accumulator, createAccumulator } from '../../ledger/accumulator.js'
import type { Cell } from '../../tables/column.js'
import { type Reading, sameCells } from './reading.js'
import type { RowDifference, RowKeys } from './row-difference.js'
import { type RowState, States } from './row-states.js'
import { showCell } from './show-cell.js'

/** Identifies the rows of an aggregate by the columns that make a group. */
export class GroupKeys implements RowKeys {
  readonly #reading: Reading
  readonly #states: ReadonlyMap<string, GroupStates>

  constructor(reading: Reading) {
    this.#reading = reading
    this.#states = groupStates(reading)
  }

  statesOf(row: readonly Cell[]): States | undefined {
    return this.#states.get(this.#idOf(row))
  }

  differences(commit: number): RowDifference[] {
    const reading = this.#reading
    const given = new Map<string, { readonly row: readonly Cell[]; times: number }>()
    for (const row of reading.rows) {
      const id = this.#idOf(row)
      const known = given.get(id)
      if (known) known.times += 1
      else given.set(id, { row, times: 1 })
    }
    const differences: RowDifference[] = []
    for (const [id, { row, times }] of given) {
      const states = this.#states.get(id)
      const cells = states?.after(commit)
      if (times === 1 && cells && sameCells(cells, row)) continue
      differences.push({ reading, key: this.#keyOf(row), number: undefined, states, given: row, times })
    }
    for (const [id, states] of this.#states) {
      const cells = states.after(commit)
      if (!cells || given.has(id)) continue
      differences.push({ reading, key: this.#keyOf(cells), number: undefined, states, given: undefined, times: 0 })
    }
    return differences
  }

  changesOf(commit: number): number {
    const changed = [...this.#states.values()].filter(({ states }) => states.some((state) => state.commit === commit))
    return changed.length
  }

  #idOf(row: readonly Cell[]): string {
    return idOf(this.#reading, row)
  }

  #keyOf(row: readonly Cell[]): string {
    const { selected, columns } = this.#reading.view
    const by = columns.slice(0, selected.length)
    return by.length === 0
      ? 'as a whole'
      : by.map(({ name, type }, i) => `${name} ${showCell(type, row[i]!)}`).join(', ')
  }
}

/** A group changes with nearly every commit, so its changes are not listed. */
class GroupStates extends States {
  after(commit: number): readonly Cell[] | undefined {
    return this.cellsAt(this.at(commit))
  }

  override toString(): string {
    const [first, last] = [this.commitOf(0), this.commitOf(this.states.length - 1)]
    if (first === last) return `changed by commit ${first}`
    return `changed by ${this.states.length} commits from ${first} to ${last}`
  }
}

function idOf({ view }: Reading, row: readonly Cell[]): string {
  return JSON.stringify(row.slice(0, view.selected.length))
}

/** Walks through the commits once and keeps what each group became. */
function groupStates(reading: Reading): Map<string, GroupStates> {
  const { table, view, until } = reading
  const now = new Map<string, readonly Cell[]>()
  const touched = new Set<string>()
  // Within one commit a group leaves and enters anew with each of its rows.
  const accumulator: Accumulator = createAccumulator(table.rows.definition.columns, view, {
    enter: (cells) => {
      const id = idOf(reading, cells)
      now.set(id, [...cells])
      touched.add(id)
    },
    leave: (cells) => {
      const id = idOf(reading, cells)
      now.delete(id)
      touched.add(id)
    },
  })
  const states = new Map<string, RowState[]>()
  for (let commit = 0; commit <= until; commit++) {
    table.applyCommit(commit, accumulator)
    for (const id of touched) {
      const cells = now.get(id)
      const known = states.get(id) ?? []
      const before = known.at(-1)?.cells
      if (before && cells ? sameCells(before, cells) : before === cells) continue
      known.push({ commit, kind: before === undefined ? 'insert' : cells ? 'update' : 'delete', cells })
      states.set(id, known)
    }
    touched.clear()
  }
  return new Map([...states].map(([id, list]) => [id, new GroupStates(list)]))
}
