import fc from 'fast-check'
import type { Cell } from '../../src/tables/column.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'
import { versions } from './arbitraries.js'
import { rowContext } from './plan-inputs.js'
import { brokenRules, named, type RowRule } from './row-rules.js'

/** The most that an amount can be. */
export const MOST_CENTS = 9_999_999

/** Numbers of rows that stood there before. */
export const foreignNumbers = (): fc.Arbitrary<number> => fc.integer({ min: -10_000, max: -1 })

export const laterVersions = (): fc.Arbitrary<number> => versions().map((version) => version + 1)

/** What UPDATEs make of the rows of a table that stood there before. */
export class Revisions {
  readonly #definition: TableDefinition
  readonly #rules: readonly RowRule[]

  constructor(definition: TableDefinition, rules: readonly RowRule[]) {
    this.#definition = definition
    this.#rules = rules
  }

  /** An image in a later version. */
  of(seed: number, image: readonly Cell[], number: number, version: number): Cell[] {
    const cells = [...image]
    this.#definition.rows(rowContext({ seed })).revise!(cells, number, version)
    return cells
  }

  /** The rules that an UPDATE breaks and that held before. */
  newlyBroken(seed: number, image: readonly Cell[], number: number, version: number): string[] {
    const before = this.broken(image)
    return this.broken(this.of(seed, image, number, version)).filter((rule) => !before.includes(rule))
  }

  /** The rules that a row breaks, by name. */
  broken(cells: readonly Cell[]): string[] {
    return brokenRules(this.#rules, named(this.#definition, cells)).map((problem) => problem.split(':')[0]!)
  }

  /** The columns that were changed although they are kept, that hold a value or NULL only now, or one that does not fit. */
  wrongColumns(image: readonly Cell[], cells: readonly Cell[]): string[] {
    const wrong = this.#definition.columns.filter(({ type, recomputed }, i) => {
      const cell = cells[i] as number | null
      if (!recomputed && cell !== image[i]) return true
      if (cell === null) return image[i] !== null
      return !Number.isSafeInteger(cell) || (type === 'numeric(7,2)' && Math.abs(cell) > MOST_CENTS)
    })
    return wrong.map(({ name }) => name)
  }
}
