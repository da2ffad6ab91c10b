import { keyColumn, passes, project } from '../../ledger/view.js'
import type { Cell } from '../../tables/column.js'
import { type Reading, sameCells } from './reading.js'
import type { RowDifference, RowKeys } from './row-difference.js'
import { RowStates } from './row-states.js'

/** Identifies rows by the key of their table. */
export class TableKeys implements RowKeys {
  readonly #reading: Reading
  readonly #key: number

  constructor(reading: Reading) {
    this.#reading = reading
    this.#key = keyColumn(reading.view)
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
    const { columns } = table.rows.definition
    const differences: RowDifference[] = []
    const given = new Map<number, { readonly row: readonly Cell[]; times: number }>()
    for (const row of rows) {
      const number = this.#numberOf(row)
      if (number === undefined) {
        const key = String(row[this.#key])
        differences.push({ reading, key, number, states: undefined, given: row, times: 1 })
        continue
      }
      const known = given.get(number)
      if (known) known.times += 1
      else given.set(number, { row, times: 1 })
    }
    const expected = (number: number): readonly Cell[] | undefined => {
      const version = table.history.versionAt(number, commit)
      const cells = version === undefined ? undefined : table.load(number, version)
      return cells && passes(view, columns, cells) ? project(view, cells) : undefined
    }
    const add = (number: number, row: readonly Cell[] | undefined, times: number): void => {
      const states = new RowStates(reading, number)
      differences.push({ reading, key: String(table.rows.keyOf(number)), number, states, given: row, times })
    }
    for (const [number, { row, times }] of given) {
      const cells = expected(number)
      if (times > 1 || !cells || !sameCells(cells, row)) add(number, row, times)
    }
    for (const { number } of table.history.versionsAt(commit)) {
      if (!given.has(number) && expected(number) !== undefined) add(number, undefined, 0)
    }
    return differences
  }

  changesOf(commit: number): number {
    const { history } = this.#reading.table
    const numbers = new Set(history.insertedBy(commit))
    for (const { number } of history.changedBy(commit)) numbers.add(number)
    let changes = 0
    for (const number of numbers) {
      const states = new RowStates(this.#reading, number)
      const [before, after] = [states.cellsAt(states.at(commit - 1)), states.cellsAt(states.at(commit))]
      if (before && after ? !sameCells(before, after) : before !== after) changes += 1
    }
    return changes
  }

  #numberOf(row: readonly Cell[]): number | undefined {
    const key = row[this.#key]
    return typeof key === 'number' ? this.#reading.table.rows.numberOf(key) : undefined
  }
}
