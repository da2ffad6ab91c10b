import type { Cell } from '../../src/tables/column.js'
import type { RowSource, TableDefinition } from '../../src/tables/table-definition.js'

/** A row by column names; money in cents. */
export type NamedCells = Readonly<Record<string, Cell>>

/** Something that must be true of a row wherever the columns it speaks of are known. */
export interface RowRule {
  readonly says: string
  readonly columns: readonly string[]
  readonly holds: (...values: number[]) => boolean
}

export function rule(says: string, columns: string, holds: RowRule['holds']): RowRule {
  return { says, columns: columns.split(' '), holds }
}

/** The rules that a row breaks, each with the values it breaks it with. Rules on NULLs count as kept. */
export function brokenRules(rules: readonly RowRule[], row: NamedCells): string[] {
  const problems: string[] = []
  for (const { says, columns, holds } of rules) {
    const values = columns.map((column) => row[column])
    if (values.includes(undefined)) throw new Error(`The rule "${says}" speaks of columns that the row does not have.`)
    if (values.includes(null)) continue
    if (!holds(...(values as number[]))) {
      problems.push(`${says}: ${columns.map((column, i) => `${column} ${String(values[i])}`).join(', ')}`)
    }
  }
  return problems
}

export function named(definition: TableDefinition, cells: readonly Cell[]): NamedCells {
  return Object.fromEntries(definition.columns.map(({ name }, index) => [name, cells[index] ?? null]))
}

/** A row of a source in cells of its own, with the number as its key. */
export function cellsOf(definition: TableDefinition, source: RowSource, number: number, version: number): Cell[] {
  const cells = Array<Cell>(definition.columns.length).fill(null)
  source.fill(cells, number, version)
  cells[0] = number
  return cells
}

/** Whether `part` is `whole` times a whole percent from `least` to `most`, cut off. */
export function isPercentOf(part: number, whole: number, least: number, most: number): boolean {
  for (let percent = least; percent <= most; percent++) {
    if (part === Math.trunc((whole * percent) / 100)) return true
  }
  return false
}
