import { firstKey, keyedCode } from './cell-code.js'
import type { Demands } from './demands.js'
import type { DraftColumn } from './draft-column.js'
import type { DraftKeys } from './draft-key.js'
import { columnOf, isCounted, isKeyOf } from './draft-table.js'
import { type ForeignKey, nullableColumns } from './foreign-key.js'
import { type Member, nullsOf } from './member.js'
import type { Pairs } from './pairs.js'
import type { ValueSources } from './value-sources.js'

/** A smaller number of values is gone before long. */
const ENOUGH = 1_000_000
/** So few are no help. */
const FEW = 10_000

/** The columns of a family that have a value of their own in every row, or in each of its siblings, so that all unique constraints hold. */
export class DistinctColumns {
  readonly #sources: ValueSources
  readonly #pairs: Pairs
  readonly #chosen = new Map<string, Set<string>>()
  readonly #placed = new Map<string, Map<string, number>>()

  /** @param members those that others point at come first */
  constructor(members: readonly Member[], sources: ValueSources, pairs: Pairs, keys: DraftKeys, demands: Demands) {
    this.#sources = sources
    this.#pairs = pairs
    for (const member of members) {
      const { name } = member.table.source
      this.#chosen.set(name, new Set(keys.of(name).flatMap((part) => (part.counts ? [part.name] : []))))
      this.#placed.set(name, new Map())
      this.#choose(member, demands)
    }
  }

  /** Whether the column itself has to see to it. */
  has(table: string, column: string): boolean {
    return this.#chosen.get(table)?.has(column) ?? false
  }

  /** Columns that follow from the place of a row among its siblings, and how many values they have. */
  placed(table: string): ReadonlyMap<string, number> {
    return this.#placed.get(table) ?? new Map()
  }

  #choose(member: Member, demands: Demands): void {
    const { name, constraints, oddIndexes } = member.table.source
    const sets = [
      ...constraints.filter(({ kind }) => kind === 'primary' || kind === 'unique'),
      ...oddIndexes.filter(({ isUnique }) => isUnique),
    ].map((one) => one.columns)
    for (const set of sets.toSorted((a, b) => a.length - b.length)) {
      if (this.#keepsApart(member, set)) continue
      const free = freeColumns(member, set).toSorted((a, b) => valuesOf(b) - valuesOf(a))
      const owner = member.above.find((key) => key.table === member.parent && isWithin(key, set))
      const place = owner && free.find((column) => isPlace(column, valuesOf(free[0]!)))
      const [best] = free
      if (place) this.#placed.get(name)!.set(place.name, valuesOf(place))
      else if (best && (valuesOf(best) >= FEW || !demandFor(member, set, demands))) {
        this.#chosen.get(name)!.add(best.name)
        // What differs in every row does so among siblings.
        this.#placed.get(name)!.delete(best.name)
      } else if (!best) demandFor(member, set, demands)
    }
  }

  /** Whether rows differ in a set of columns already. */
  #keepsApart(member: Member, set: readonly string[]): boolean {
    const { table, above } = member
    const { name, columns } = table.source
    if (table.keys.every((key) => set.includes(key.name))) return true
    const nulls = nullsOf(member)
    const isDistinct = (column: string): boolean => {
      const found = columns.find((one) => one.name === column)
      if (nulls.has(column) || (found && !columnOf(table, column) && isCounted(found))) return true
      const source = this.#sources.of(name, column)
      return (
        source.reference === undefined &&
        this.#pairs.are(name, source.table) &&
        this.has(source.table, source.column) &&
        !isKeyOf(table, column)
      )
    }
    const placed = this.#placed.get(name)!
    const isSibling = (key: ForeignKey): boolean =>
      key.table === member.parent && set.some((column) => placed.has(column))
    return (
      set.some((column) => (isKeyOf(table, column) ? this.has(name, column) : isDistinct(column))) ||
      above.some((key) => isWithin(key, set) && (this.#pairs.are(name, key.table) || isSibling(key)))
    )
  }
}

/** Columns of a set that nothing decides. */
function freeColumns({ table, deciders }: Member, set: readonly string[]): readonly DraftColumn[] {
  return table.columns.filter(({ name }) => set.includes(name) && !deciders.has(name))
}

const isWithin = ({ columns }: ForeignKey, set: readonly string[]): boolean =>
  columns.every((column) => set.includes(column))

/** How many values a column has; the most readable of those that never end come first. */
function valuesOf(column: DraftColumn): number {
  const isPlain = /^(?:int[48]|text)$/.test(column.type) && !column.choices
  return keyedCode(column, firstKey, false).values + (isPlain ? 1 : 0)
}

/** Numbers beside an owner count its rows, as those of lines do; so does what has few values, if nothing better is there. */
function isPlace({ type, choices, range }: DraftColumn, most: number): boolean {
  const { least = 1, most: limit = Infinity } = range
  if (/^int[248]$/.test(type)) return range.choices === undefined && least <= 1 && limit >= 1_000
  return most < ENOUGH && (choices !== undefined || type === 'bool')
}

/** Asks for what makes rows differ in columns that follow from other rows, and says whether there is such a thing. */
function demandFor({ table, above, refers, trees, parent }: Member, set: readonly string[], demands: Demands): boolean {
  const { name } = table.source
  const within = above.filter((key) => isWithin(key, set))
  const owner = within.find((key) => key.table === parent) ?? within[0]
  if (owner) {
    demands.pair(name, owner.table)
    return true
  }
  const others = [...refers, ...trees].filter(({ columns }) => columns.some((column) => set.includes(column)))
  const isOpen = (key: ForeignKey): boolean => nullableColumns(key, table).some((column) => set.includes(column))
  const able = others.filter((key) => isWithin(key, set) && key.table !== name)
  const best = able.find((key) => !isOpen(key)) ?? (above.length === 0 ? able[0] : undefined)
  const still = best ? [] : others.filter((key) => isOpen(key) || key.table === name)
  if (best) demands.hang(name, best)
  for (const key of still) demands.still(name, key)
  return best !== undefined || still.length > 0
}
