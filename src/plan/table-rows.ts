import { OptionsError } from '../errors.js'
import { ClockCells } from '../tables/clock.js'
import type { Cell } from '../tables/column.js'
import { keyText, TableKey } from '../tables/keys/table-key.js'
import type { RowContext, RowSource, TableDefinition } from '../tables/table-definition.js'
import type { PlanInput, PlanTable, TableBaseline } from './plan-input.js'
import { numberAt, positionOf } from './rows/row-position.js'
import { SHARD_NUMBERS } from './shard.js'

/** Computes any row of one table of a plan: the stream's own rows, and those that stood there before. */
export class TableRows {
  readonly definition: TableDefinition
  readonly key: TableKey
  /** How many rows of the stream there can be: more have no key. */
  readonly mostRows: number
  readonly #baseline: TableBaseline
  readonly #isShard: boolean
  readonly #source: RowSource
  readonly #cells: Cell[]
  readonly #clock: ClockCells | undefined
  #foreignKeys: Map<string, number> | undefined

  constructor({ definition, baseline }: PlanTable, context: RowContext, numbers: number = Number.POSITIVE_INFINITY) {
    this.definition = definition
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
  const { seed, scale, nulls, businessDay, tables } = input
  return Object.freeze({
    seed,
    scale,
    nulls,
    businessDay,
    sequences: Object.freeze(sequences),
    keyOf: keysOf(tables),
  })
}

/** Gives the keys of the rows of some tables. */
export function keysOf(tables: readonly PlanTable[]): RowContext['keyOf'] {
  const known = new Map(
    tables.map(({ definition, baseline: { maxKey } }) => [definition.name, { key: new TableKey(definition), maxKey }]),
  )
  return (table, number) => {
    const found = known.get(table)
    if (found) return found.key.cellsOf(found.maxKey + number)
    throw new OptionsError(
      `Expected \`keyOf\` to be asked for a table of the stream (${[...known.keys()].join(', ')}), got \`${table}\`. Name it among its \`tables\`.`,
    )
  }
}
