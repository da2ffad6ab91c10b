import { ClockCells } from '../tables/clock.js'
import type { Cell } from '../tables/column.js'
import type { RowContext, RowSource, TableDefinition } from '../tables/table-definition.js'
import type { PlanInput, PlanTable, TableBaseline } from './plan-input.js'
import { numberAt, positionOf } from './rows/row-position.js'
import { SHARD_NUMBERS } from './shard.js'

/** Computes any row of one table of a plan: the stream's own rows, and those that stood there before. */
export class TableRows {
  readonly definition: TableDefinition
  readonly #baseline: TableBaseline
  /** Numbers of rows that are the stream's to use. */
  readonly #numbers: number
  readonly #source: RowSource
  readonly #cells: Cell[]
  readonly #clock: ClockCells | undefined
  #foreignKeys: Map<number, number> | undefined

  constructor({ definition, baseline }: PlanTable, context: RowContext, numbers: number = Number.POSITIVE_INFINITY) {
    this.definition = definition
    this.#baseline = baseline
    this.#numbers = numbers
    this.#source = definition.rows(context)
    this.#cells = Array<Cell>(definition.columns.length).fill(0)
    this.#clock = definition.clock && new ClockCells(definition.clock, definition.columns)
  }

  /** How many rows stood in the table before the stream and take part in it. */
  get foreignRows(): number {
    return this.#baseline.images.length
  }

  /**
   * The cells of a row. The array is used again by the next call.
   *
   * @param time What the table's clock shows for the commit that made the version
   */
  load(number: number, version: number, time = 0): readonly Cell[] {
    const cells = this.#cells
    if (number > 0) {
      cells[0] = this.#baseline.maxKey + number
      this.#source.fill(cells, number, version)
    } else {
      this.#image(number).forEach((cell, column) => (cells[column] = cell))
      if (version === 0) return cells
      this.#source.revise?.(cells, number, version)
    }
    if (this.#clock) cells[this.#clock.index] = this.#clock.at(time)
    return cells
  }

  keyOf(number: number): number {
    return number > 0 ? this.#baseline.maxKey + number : (this.#image(number)[0] as number)
  }

  /** The row that a key belongs to, or undefined for rows that the stream does not consider. */
  numberOf(key: number): number | undefined {
    const number = key - this.#baseline.maxKey
    if (number > 0) return number <= this.#numbers ? number : undefined
    const { images } = this.#baseline
    this.#foreignKeys ??= new Map(images.map(([at], index) => [at as number, numberAt(index, images.length)]))
    return this.#foreignKeys.get(key)
  }

  /** The keys of the rows that the stream considers: its own range, and some of those that stood there before. */
  keyFilter(): { above: number; upTo?: number; among: number[] } {
    const { maxKey: above, images } = this.#baseline
    const among = images.map((image) => image[0] as number)
    return Number.isFinite(this.#numbers) ? { above, upTo: above + this.#numbers, among } : { above, among }
  }

  #image(number: number): readonly Cell[] {
    const { images } = this.#baseline
    return images[positionOf(number, images.length)]!
  }
}

/** What a plan's rows depend on. */
type RowsInput = Pick<PlanInput, 'tables' | 'seed' | 'scale' | 'nulls' | 'businessDay'> & Partial<PlanInput>

/** The rows of every table of a plan. */
export function planRows(input: RowsInput): TableRows[] {
  const context = planContext(input)
  const numbers = input.shard ? SHARD_NUMBERS : Number.POSITIVE_INFINITY
  return input.tables.map((table) => new TableRows(table, context, numbers))
}

/** The context of definitions. Sequences that tables share begin above the largest value of all of them. */
export function planContext(input: RowsInput): RowContext {
  const sequences: Record<string, number> = {}
  for (const { baseline } of input.tables) {
    for (const [name, value] of Object.entries(baseline.sequences)) {
      sequences[name] = Math.max(sequences[name] ?? 0, value)
    }
  }
  const { seed, scale, nulls, businessDay } = input
  return Object.freeze({ seed, scale, nulls, businessDay, sequences: Object.freeze(sequences) })
}
