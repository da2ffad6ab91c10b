import type { Cell, Column } from '../tables/column.js'
import { Fingerprint } from './fingerprint.js'
import { GroupAccumulator } from './group-accumulator.js'
import { passes, project, type View } from './view.js'

/** The rows of a view, while rows of its table come and go. */
export interface Accumulator {
  add(cells: readonly Cell[]): void
  remove(cells: readonly Cell[]): void
}

/** Is told of every row that enters or leaves a view. The cells are valid during the call only. */
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
