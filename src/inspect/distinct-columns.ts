import { firstKey, keyedCode } from './cell-code.js'
import type { DraftKeys } from './draft-key.js'
import { columnOf, isCounted, isKeyOf } from './draft-table.js'
import { type Member, nullsOf, type ValueRoots } from './family.js'

/** The columns of a family that have a value of their own in every row, so that all unique constraints hold. */
export class DistinctColumns {
  readonly #roots: ValueRoots
  readonly #chosen = new Map<string, Set<string>>()

  /** @param members those that others point at come first */
  constructor(members: readonly Member[], roots: ValueRoots, keys: DraftKeys) {
    this.#roots = roots
    for (const { table } of members) {
      const { name } = table.source
      const counting = keys.of(name).filter(({ counts }) => counts)
      this.#chosen.set(name, new Set(counting.map((part) => part.name)))
    }
    for (const member of members) this.#choose(member)
  }

  /** Whether the column itself has to see to it. */
  has(table: string, column: string): boolean {
    return this.#chosen.get(table)?.has(column) ?? false
  }

  #choose(member: Member): void {
    const { table } = member
    const { name, columns, constraints, oddIndexes } = table.source
    const sets = [
      ...constraints.filter(({ kind }) => kind === 'primary' || kind === 'unique'),
      ...oddIndexes.filter(({ isUnique }) => isUnique),
    ].map((one) => one.columns)
    const nulls = nullsOf(member)
    const isDistinct = (column: string): boolean => {
      const root = this.#roots.of(name, column)
      const found = columns.find((one) => one.name === column)
      const counted = found !== undefined && !columnOf(table, column) && isCounted(found)
      return counted || nulls.has(column) || this.has(root.table, root.column)
    }
    for (const set of sets.toSorted((a, b) => a.length - b.length)) {
      const isKey = set.length === table.keys.length && set.every((column) => isKeyOf(table, column))
      if (isKey || set.some(isDistinct)) continue
      const isFree = (column: string): boolean => {
        const root = this.#roots.of(name, column)
        return root.table === name && root.column === column && table.columns.some((one) => one.name === column)
      }
      const best = set
        .filter(isFree)
        .toSorted((a, b) => this.#values(member, b) - this.#values(member, a))
        .at(0)
      if (best !== undefined) this.#chosen.get(name)?.add(best)
    }
  }

  #values({ table }: Member, column: string): number {
    const drafted = columnOf(table, column)
    if (!drafted) return 0
    // The most readable of those that never end.
    const isPlain = /^(?:int[48]|text)$/.test(drafted.type) && !drafted.choices
    return keyedCode(drafted, firstKey, false).values + (isPlain ? 1 : 0)
  }
}
