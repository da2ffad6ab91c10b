import type { TableDefinition } from '../../tables/table-definition.js'
import { Family, type Link } from './family.js'

/** A table, as far as it belongs to a family. */
export interface Relative {
  readonly name: string
  readonly parent?: ({ readonly table: string } & Partial<Link>) | undefined
  readonly refers?: readonly string[] | undefined
}

/** The families of some tables, by their order. Parents and tables that are referred to come before. */
export function readFamilies(tables: readonly Relative[], seed: number): readonly Family[] {
  const families: Family[] = []
  for (const { name, parent, refers = [] } of tables) {
    const above = families.find(({ table }) => table === parent?.table)
    const family = new Family(name, seed, above, parent)
    families.push(family)
    for (const other of refers) {
      const referred = families.find(({ table }) => table === other)
      if (!referred) continue
      family.refers.push(referred)
      for (let one: Family | undefined = referred; one; one = one.parent) one.isReferred = true
    }
  }
  return families
}

/** The families of a plan's tables. */
export function familiesOf(input: {
  readonly tables: readonly { readonly definition: TableDefinition }[]
  readonly seed: number
}): readonly Family[] {
  return readFamilies(
    input.tables.map(({ definition }) => definition),
    input.seed,
  )
}

/** Whether rows have several children, or none, or point at others: else row n of each table belongs to row n of another. */
export function areExtended(families: readonly Family[]): boolean {
  return families.some(({ isWhole, most, refers }) => !isWhole || most > 1 || refers.length > 0)
}

/** Whether the rows of each table can have other numbers, all that are in one family alike: nothing follows from them. */
export function canMove(families: readonly Family[]): readonly boolean[] {
  const rootOf = (family: Family): Family => (family.parent ? rootOf(family.parent) : family)
  const held = new Set<Family>()
  for (const family of families) {
    if (!family.isWhole || family.most > 1 || family.refers.length > 0 || family.isReferred) held.add(rootOf(family))
  }
  return families.map((family) => !held.has(rootOf(family)))
}

/**
 * The numbers of the first rows of every table, so many of each; fewer where the first rows of its parent have not as many
 * children, or those that it points at are not among them.
 */
export function firstNumbers(families: readonly Family[], count: number): readonly (readonly number[])[] {
  if (!areExtended(families)) {
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    return families.map(() => numbers)
  }
  const found = new Map<Family, number[]>()
  const lastOf = (family: Family): number => found.get(family)?.at(-1) ?? 0
  for (const family of families) {
    const numbers: number[] = []
    found.set(family, numbers)
    const end = family.parent ? lastOf(family.parent) * family.most : Number.POSITIVE_INFINITY
    while (numbers.length < count) {
      const number = family.next(lastOf(family) + 1)
      const isInReach = family.refers.every((other) => other.kept(family.reach(other, number)) <= lastOf(other))
      if (number > end || !isInReach) break
      numbers.push(number)
    }
  }
  return families.map((family) => found.get(family) ?? [])
}
