import { createAccumulator } from '../../ledger/accumulator.js'
import { keyPlaces, passes, project } from '../../ledger/view.js'
import type { Cell } from '../../tables/column.js'
import { keyText } from '../../tables/keys/table-key.js'
import { type Reading, sameCells, showCell } from './reading.js'
import { changedRows, type RowState, RowStates, States } from './row-states.js'

/** One key with which what was read is not the view after a commit. */
export interface RowDifference {
  readonly reading: Reading
  /** As it was read. */
  readonly key: string
  /** The number of a row of the table; undefined for a key that the stream never had, and for a group. */
  readonly number: number | undefined
  /** What the view showed of it; undefined for a key that it never had. */
  readonly states: States | undefined
  /** As it was read; undefined where it is missing. */
  readonly given: readonly Cell[] | undefined
  /** How often the key was read. */
  readonly times: number
}

/** Identifies the rows of a reading, and knows what the view showed of each of them. */
export interface RowKeys {
  /** Undefined for a row that was never in the table. */
  statesOf(row: readonly Cell[]): States | undefined
  /** Each key with which what was read is not the view after a commit. */
  differences(commit: number): RowDifference[]
  /** How many rows of the view a commit changed. */
  changesOf(commit: number): number
}

/** By the table's key, or by the columns that make a group; undefined where the view has neither. */
export function rowKeys(reading: Reading): RowKeys | undefined {
  if (reading.view.sums) return new GroupKeys(reading)
  const places = keyPlaces(reading.table.rows.key, reading.view)
  return places && new TableKeys(reading, places)
}

interface GivenRow {
  readonly row: readonly Cell[]
  times: number
}

/** The rows that were read, by what identifies them. */
function byKey<Key>(rows: Reading['rows'], keyOf: (row: readonly Cell[]) => Key): ReadonlyMap<Key, GivenRow> {
  const given = new Map<Key, GivenRow>()
  for (const row of rows) {
    const key = keyOf(row)
    const known = given.get(key)
    if (known) known.times += 1
    else given.set(key, { row, times: 1 })
  }
  return given
}

/** Identifies rows by the key of their table. */
class TableKeys implements RowKeys {
  readonly #reading: Reading
  readonly #places: readonly number[]

  /** @param places of the key's columns among those of the view */
  constructor(reading: Reading, places: readonly number[]) {
    this.#reading = reading
    this.#places = places
  }

  statesOf(row: readonly Cell[]): RowStates | undefined {
    const number = this.#numberOf(row)
    if (number === undefined) return undefined
    const states = new RowStates(this.#reading, number)
    return states.states.length === 0 ? undefined : states
  }

  differences(commit: number): RowDifference[] {
    const reading = this.#reading
    const { table, view, rows } = reading
    const differences: RowDifference[] = []
    const known: (readonly Cell[])[] = []
    for (const row of rows) {
      if (this.#numberOf(row) !== undefined) known.push(row)
      else {
        const key = keyText(this.#keyOf(row))
        differences.push({ reading, key, number: undefined, states: undefined, given: row, times: 1 })
      }
    }
    const expected = (number: number): readonly Cell[] | undefined => {
      const version = table.history.versionAt(number, commit)
      const cells = version === undefined ? undefined : table.load(number, version)
      return cells && passes(view, table.rows.definition.columns, cells) ? project(view, cells) : undefined
    }
    const add = (number: number, row: readonly Cell[] | undefined, times: number): void => {
      const states = new RowStates(reading, number)
      differences.push({ reading, key: table.rows.keyTextOf(number), number, states, given: row, times })
    }
    const given = byKey(known, (row) => this.#numberOf(row)!)
    for (const [number, { row, times }] of given) {
      if (times > 1 || !sameCells(expected(number), row)) add(number, row, times)
    }
    for (const { number } of table.history.versionsAt(commit)) {
      if (!given.has(number) && expected(number) !== undefined) add(number, undefined, 0)
    }
    return differences
  }

  changesOf(commit: number): number {
    let changes = 0
    for (const number of changedRows(this.#reading.table, commit)) {
      const states = new RowStates(this.#reading, number)
      if (!sameCells(states.after(commit - 1), states.after(commit))) changes += 1
    }
    return changes
  }

  #numberOf(row: readonly Cell[]): number | undefined {
    return this.#reading.table.rows.numberOf(this.#keyOf(row))
  }

  #keyOf(row: readonly Cell[]): (Cell | undefined)[] {
    return this.#places.map((place) => row[place])
  }
}

/** Identifies the rows of an aggregate by the columns that make a group. */
class GroupKeys implements RowKeys {
  readonly #reading: Reading
  readonly #states: ReadonlyMap<string, GroupStates>

  constructor(reading: Reading) {
    this.#reading = reading
    this.#states = groupStates(reading)
  }

  statesOf(row: readonly Cell[]): States | undefined {
    return this.#states.get(groupOf(this.#reading, row))
  }

  differences(commit: number): RowDifference[] {
    const reading = this.#reading
    const given = byKey(reading.rows, (row) => groupOf(reading, row))
    const differences: RowDifference[] = []
    for (const [id, { row, times }] of given) {
      const states = this.#states.get(id)
      if (times === 1 && sameCells(states?.after(commit), row)) continue
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
    return [...this.#states.values()].filter(({ states }) => states.some((state) => state.commit === commit)).length
  }

  #keyOf(row: readonly Cell[]): string {
    const { selected, columns } = this.#reading.view
    const by = columns.slice(0, selected.length)
    if (by.length === 0) return 'as a whole'
    return by.map(({ name, type }, index) => `${name} ${showCell(type, row[index]!)}`).join(', ')
  }
}

/** A group changes with nearly every commit, so its changes are not listed. */
class GroupStates extends States {
  override toString(): string {
    const [first, last] = [this.commitOf(0), this.commitOf(this.states.length - 1)]
    if (first === last) return `changed by commit ${first}`
    return `changed by ${this.states.length} commits from ${first} to ${last}`
  }
}

function groupOf({ view }: Reading, row: readonly Cell[]): string {
  return JSON.stringify(row.slice(0, view.selected.length))
}

/** Walks through the commits once and keeps what each group became. */
function groupStates(reading: Reading): Map<string, GroupStates> {
  const { table, view, until } = reading
  /** What the commit made of the groups that it touched: within it, one leaves and enters anew with each of its rows. */
  const touched = new Map<string, readonly Cell[] | undefined>()
  const accumulator = createAccumulator(table.rows.definition.columns, view, {
    enter: (cells) => touched.set(groupOf(reading, cells), [...cells]),
    leave: (cells) => touched.set(groupOf(reading, cells), undefined),
  })
  const states = new Map<string, RowState[]>()
  for (let commit = 0; commit <= until; commit++) {
    table.applyCommit(commit, accumulator)
    for (const [id, cells] of touched) {
      const known = states.get(id) ?? []
      const before = known.at(-1)?.cells
      if (sameCells(before, cells)) continue
      known.push({ commit, kind: before === undefined ? 'insert' : cells ? 'update' : 'delete', cells })
      states.set(id, known)
    }
    touched.clear()
  }
  return new Map([...states].map(([id, list]) => [id, new GroupStates(list)]))
}
