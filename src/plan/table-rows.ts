import { ClockCells } from '../tables/clock.js'
import type { Cell } from '../tables/column.js'
import { keyText, TableKey } from '../tables/keys/table-key.js'
import type { RowContext, RowSource, TableDefinition } from '../tables/table-definition.js'
import { familiesOf } from './families/families.js'
import type { Family } from './families/family.js'
import type { PlanTable, TableBaseline } from './plan-input.js'
import { rowContexts, type RowsInput } from './row-context.js'
import { numberAt, positionOf } from './rows/row-position.js'
import { SHARD_NUMBERS } from './shard.js'

/** Computes any row of one table of a plan: the stream's own rows, and those that stood there before. */
export class TableRows {
  readonly definition: TableDefinition
  readonly key: TableKey
  /** Which rows there can be, and what they belong to. */
  readonly family: Family
  /** How many rows of the stream there can be: more have no key. */
  readonly mostRows: number
  readonly #baseline: TableBaseline
  readonly #isShard: boolean
  readonly #source: RowSource
  readonly #cells: Cell[]
  readonly #clock: ClockCells | undefined
  #foreignKeys: Map<string, number> | undefined

  constructor(
    { definition, baseline }: PlanTable,
    context: RowContext,
    family: Family,
    numbers: number = Number.POSITIVE_INFINITY,
  ) {
    this.definition = definition
    this.family = family
    this.key = new TableKey(definition)
    this.#baseline = baseline
    this.#isShard = Number.isFinite(numbers)
    this.mostRows = Math.min(numbers, this.key.most - baseline.maxKey)
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
      this.key.write(cells, this.#baseline.maxKey + number)
      this.#source.fill(cells, number, version)
    } else {
      this.#image(number).forEach((cell, column) => (cells[column] = cell))
      if (version === 0) return cells
      this.#source.revise?.(cells, number, version)
    }
    if (this.#clock) cells[this.#clock.index] = this.#clock.at(time)
    return cells
  }

  /** The key of a row, a cell for each of its columns. */
  keyOf(number: number): readonly Cell[] {
    return number > 0 ? this.key.cellsOf(this.#baseline.maxKey + number) : this.key.of(this.#image(number))
  }

  /** The key of a row in words, as messages name it. */
  keyTextOf(number: number): string {
    return keyText(this.keyOf(number))
  }

  /** The row that a key belongs to, or undefined for rows that the stream does not consider. */
  numberOf(key: readonly unknown[]): number | undefined {
    const number = (this.key.ordinalOf(key) ?? 0) - this.#baseline.maxKey
    if (number > 0) return number <= this.mostRows ? number : undefined
    return this.#baseline.images.length === 0 ? undefined : this.#foreign().get(keyText(key))
  }

  /** The same for the key of a table whose key is one integer. */
  numberOfInteger(key: number): number | undefined {
    const number = key - this.#baseline.maxKey
    if (number > 0) return number <= this.mostRows ? number : undefined
    return this.#baseline.images.length === 0 ? undefined : this.#foreign().get(String(key))
  }

  /** Whether a key that is read where the stream's rows stand is none that it accounts for: somebody's from before. */
  isForeign(key: readonly Cell[]): boolean {
    const ordinal = this.key.countOf(key)
    return key.includes(null) || (ordinal !== undefined && ordinal <= 0)
  }

  /** The keys of the rows that the stream considers: its own range, and some of those that stood there before. */
  keyFilter(): { above: number; upTo?: number; among: (readonly Cell[])[] } {
    const { maxKey: above, images } = this.#baseline
    const among = images.map((image) => this.key.of(image))
    return this.#isShard ? { above, upTo: above + this.mostRows, among } : { above, among }
  }

  #foreign(): Map<string, number> {
    const { images } = this.#baseline
    return (this.#foreignKeys ??= new Map(
      images.map((image, index) => [keyText(this.key.of(image)), numberAt(index, images.length)]),
    ))
  }

  #image(number: number): readonly Cell[] {
    const { images } = this.#baseline
    return images[positionOf(number, images.length)]!
  }
}

/** The rows of every table of a plan. */
export function planRows(input: RowsInput): TableRows[] {
  const families = familiesOf(input)
  const contexts = rowContexts(input, families)
  const numbers = input.shard ? SHARD_NUMBERS : Number.POSITIVE_INFINITY
  return input.tables.map((table, index) => new TableRows(table, contexts[index]!, families[index]!, numbers))
}
