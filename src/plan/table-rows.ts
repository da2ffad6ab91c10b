import type { Cell } from '../tables/column.js'
import type { RowContext, RowSource, TableDefinition } from '../tables/table-definition.js'
import type { PlanInput, TableBaseline } from './plan-input.js'

/** Computes any row of one table of a plan: the stream's own rows, and those that stood there before. */
export class TableRows {
  readonly definition: TableDefinition
  readonly #baseline: TableBaseline
  readonly #source: RowSource
  readonly #cells: Cell[]
  #foreignKeys: Map<number, number> | undefined

  constructor(definition: TableDefinition, context: RowContext, baseline: TableBaseline) {
    this.definition = definition
    this.#baseline = baseline
    this.#source = definition.rows(context)
    this.#cells = Array<Cell>(definition.columns.length).fill(0)
  }

  /** The cells of a row. The array is used again by the next call. */
  load(number: number, version: number): readonly Cell[] {
    const cells = this.#cells
    if (number > 0) {
      cells[0] = this.#baseline.maxKey + number
      this.#source.fill(cells, number, version)
      return cells
    }
    this.#image(number).forEach((cell, column) => (cells[column] = cell))
    if (version > 0) this.#source.revise?.(cells, number, version)
    return cells
  }

  keyOf(number: number): number {
    return number > 0 ? this.#baseline.maxKey + number : (this.#image(number)[0] as number)
  }

  /** The row that a key belongs to, or undefined for rows that the stream does not consider. */
  numberOf(key: number): number | undefined {
    if (key > this.#baseline.maxKey) return key - this.#baseline.maxKey
    this.#foreignKeys ??= new Map(this.#baseline.images.map((image, index) => [image[0] as number, -index - 1]))
    return this.#foreignKeys.get(key)
  }

  /** The keys of the rows that the stream considers: all above one, and some of those that stood there before. */
  keyFilter(): { above: number; among: number[] } {
    return { above: this.#baseline.maxKey, among: this.#baseline.images.map((image) => image[0] as number) }
  }

  #image(number: number): readonly Cell[] {
    return this.#baseline.images[-number - 1]!
  }
}

/** The rows of every table of a plan. Sequences that tables share begin above the largest value of all of them. */
export function planRows(input: PlanInput): TableRows[] {
  const sequences: Record<string, number> = {}
  for (const baseline of input.baseline) {
    for (const [name, value] of Object.entries(baseline.sequences)) {
      sequences[name] = Math.max(sequences[name] ?? 0, value)
    }
  }
  const { seed, scale, nulls, businessDay } = input
  const context = Object.freeze({ seed, scale, nulls, businessDay, sequences: Object.freeze(sequences) })
  return input.tables.map((definition, index) => new TableRows(definition, context, input.baseline[index]!))
}
