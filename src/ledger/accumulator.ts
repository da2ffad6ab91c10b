import type { Cell, Column } from '../tables/column.js'
import { Fingerprint } from './fingerprint.js'
import { passes, project, type View } from './view.js'

/** The rows of a view, while rows of its table come and go. */
export interface Accumulator {
  add(cells: readonly Cell[]): void
  remove(cells: readonly Cell[]): void
}

/** Takes every row that enters or leaves a view. The cells are valid during the call only. */
export interface ViewSink {
  enter(cells: readonly Cell[]): void
  leave(cells: readonly Cell[]): void
}

/** Turns the rows of a table into the rows of a view. */
export function createAccumulator(table: readonly Column[], view: View, sink: ViewSink): Accumulator {
  if (view.sums) return new GroupAccumulator(table, view, view.sums, sink)
  return {
    add: (cells) => {
      if (passes(view, table, cells)) sink.enter(project(view, cells))
    },
    remove: (cells) => {
      if (passes(view, table, cells)) sink.leave(project(view, cells))
    },
  }
}

/** Keeps the fingerprint and the number of the rows that enter and leave. */
export class FingerprintSink implements ViewSink {
  rows = 0
  readonly #fingerprint = new Fingerprint()

  enter(cells: readonly Cell[]): void {
    this.rows += 1
    this.#fingerprint.add(cells)
  }

  leave(cells: readonly Cell[]): void {
    this.rows -= 1
    this.#fingerprint.subtract(cells)
  }

  toString(): string {
    return this.#fingerprint.toString()
  }
}

/** The rows of one group, added up. */
interface Group {
  readonly by: readonly Cell[]
  rows: number
  /** Exact, where the sum of many keys is beyond 2^53. */
  readonly sums: bigint[]
  /** How many values are not NULL, by sum. */
  readonly values: number[]
}

/** The groups of an aggregate: a row that comes or goes makes its group's row leave and enter anew. */
class GroupAccumulator implements Accumulator {
  readonly #table: readonly Column[]
  readonly #view: View
  readonly #sums: readonly number[]
  readonly #sink: ViewSink
  readonly #groups = new Map<string, Group>()

  constructor(table: readonly Column[], view: View, sums: readonly number[], sink: ViewSink) {
    this.#table = table
    this.#view = view
    this.#sums = sums
    this.#sink = sink
    // SQL gives one row for an aggregate without groups, also where there are no rows.
    if (view.selected.length === 0) sink.enter(this.#row(this.#group([])))
  }

  add(cells: readonly Cell[]): void {
    if (passes(this.#view, this.#table, cells)) this.#change(cells, 1)
  }

  remove(cells: readonly Cell[]): void {
    if (passes(this.#view, this.#table, cells)) this.#change(cells, -1)
  }

  #change(cells: readonly Cell[], by: 1 | -1): void {
    const group = this.#group(project(this.#view, cells))
    if (this.#isShown(group)) this.#sink.leave(this.#row(group))
    group.rows += by
    this.#sums.forEach((column, index) => {
      const value = cells[column] ?? null
      if (value === null) return
      group.sums[index]! += BigInt(by * (value as number))
      group.values[index]! += by
    })
    if (this.#isShown(group)) this.#sink.enter(this.#row(group))
    else this.#groups.delete(JSON.stringify(group.by))
  }

  #isShown({ rows }: Group): boolean {
    return rows > 0 || this.#view.selected.length === 0
  }

  #group(by: readonly Cell[]): Group {
    const id = JSON.stringify(by)
    let group = this.#groups.get(id)
    if (group) return group
    group = { by: [...by], rows: 0, sums: this.#sums.map(() => 0n), values: this.#sums.map(() => 0) }
    this.#groups.set(id, group)
    return group
  }

  #row({ by, rows, sums, values }: Group): Cell[] {
    const counted = this.#view.count === undefined ? [] : [rows]
    return [...by, ...sums.map((sum, index) => (values[index] === 0 ? null : toCell(sum))), ...counted]
  }
}

/** Integers beyond 2^53 are kept as their digits. */
function toCell(sum: bigint): Cell {
  const number = Number(sum)
  return Number.isSafeInteger(number) ? number : String(sum)
}
