import fc from 'fast-check'
import type { Batch, Run } from '../../src/plan/batch.js'
import type { Family } from '../../src/plan/families/family.js'
import { familiesOf, firstNumbers } from '../../src/plan/families/families.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { rowContexts } from '../../src/plan/row-context.js'
import type { Column } from '../../src/tables/column.js'
import { defineTable } from '../../src/tables/define-table.js'
import { Random } from '../../src/tables/random.js'
import type { RowContext, TableDefinition } from '../../src/tables/table-definition.js'

/** A table of a family: its parent and what it refers to are tables before it. */
export interface Relation {
  readonly parent?: number | undefined
  readonly most?: number | undefined
  readonly least?: number | undefined
  readonly skew?: number | undefined
  /** Itself among them, perhaps. */
  readonly refers?: readonly number[] | undefined
}

const nameOf = (index: number): string => `member_${index}`

/** Tables with foreign keys to their parents and to what they refer to, whose rows are told apart by one integer. */
export function relatedTables(relations: readonly Relation[]): TableDefinition[] {
  return relations.map(({ parent, refers = [], ...link }, index) => {
    const name = nameOf(index)
    const own: Column[] = [
      ...(parent === undefined ? [] : [{ name: 'parent_id', type: 'int8', nullable: false } as const]),
      ...refers.map((other): Column => ({ name: `${nameOf(other)}_id`, type: 'int8', recomputed: true })),
    ]
    const given = Object.entries(link).filter(([, value]) => value !== undefined)
    return defineTable({
      name,
      key: 'id',
      ...(parent !== undefined && {
        parent: { table: nameOf(parent), on: { parent_id: 'id' }, ...Object.fromEntries(given) },
      }),
      ...(refers.length > 0 && { refers: refers.map(nameOf) }),
      columns: [
        { name: 'id', type: 'int8', nullable: false },
        { name: 'version', type: 'int4', nullable: false, recomputed: true },
        ...own,
      ],
      rows({ seed, keyOf, rowAbove, rowReferred }) {
        const random = new Random(seed, name)
        return {
          fill(cells, number, version) {
            random.at(number, version)
            cells[1] = version
            let column = 2
            if (parent !== undefined) {
              ;[cells[column++] = null] = keyOf(nameOf(parent), rowAbove(nameOf(parent), number))
            }
            for (const other of refers) {
              const row = rowReferred(nameOf(other), number, random.next())
              ;[cells[column++] = null] = row === undefined ? [null] : keyOf(nameOf(other), row)
            }
          },
          revise: (cells, _number, version) => void (cells[1] = version),
        }
      },
    })
  })
}

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

/** Families of one to five tables of any shape, at least one of them with more than one child a row, none, or a reference. */
export const relations = (): fc.Arbitrary<Relation[]> =>
  fc
    .array(
      fc.record({
        parent: fc.nat(5),
        isRoot: fc.boolean(),
        most: fc.integer({ min: 1, max: 6 }),
        least: some(fc.nat(6)),
        skew: some(fc.nat(4)),
        refers: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
      }),
      { minLength: 2, maxLength: 5 },
    )
    .map((drawn) =>
      drawn.map(({ parent: up, isRoot, most, least, skew, refers }, index) => {
        const parent = index === 0 || isRoot ? undefined : up % index
        const others = [...new Set(refers.map((other) => other % (index + 1)))].filter((other) => other !== parent)
        return { parent, most, least: least === undefined ? undefined : Math.min(least, most), skew, refers: others }
      }),
    )
    .filter((all) => all.some(({ parent, refers }) => parent !== undefined || refers.length > 0))

/** Follows the commits of a plan one by one, and says what is wrong with them. */
export class FamilyChecker {
  readonly families: readonly Family[]
  readonly live: readonly Map<number, number>[]
  readonly #contexts: readonly RowContext[]
  readonly #known: readonly Map<number, number>[]

  constructor(input: PlanInput) {
    this.#contexts = rowContexts(input)
    this.families = familiesOf(input)
    const first = firstNumbers(this.families, input.baselineRows)
    this.live = input.tables.map(({ baseline }, table) => {
      const foreign = Array.from(baseline.images, (_, index) => -index - 1)
      return new Map([...foreign, ...first[table]!].map((number) => [number, 0]))
    })
    this.#known = this.live.map((rows) => new Map(rows))
  }

  /** Takes the next batch. A run is a statement, after which a database looks at its foreign keys. */
  problems({ commit, runs }: Batch): string[] {
    const found: string[] = []
    for (const run of runs) {
      const { kind, table, numbers, versions, before } = run
      const [live, known, family] = [this.live[table]!, this.#known[table]!, this.families[table]!]
      numbers.forEach((number, place) => {
        const says = `commit ${commit}: ${kind} of ${number} of table ${table}`
        const version = live.get(number)
        if ((kind === 'insert') === (version !== undefined)) found.push(`${says}, which is ${version ?? 'not there'}`)
        if (kind === 'delete' && family.keeps(number)) found.push(`${says}, which is never deleted`)
        const slot = number > 0 ? family.slotOf(number) : 0
        if (number > 0 && family.parent && slot >= family.childrenOf(family.parentOf(number))) {
          found.push(`${says}, which is in no slot`)
        }
        const isNoop = kind === 'update' && before?.[place] === versions[place]
        const step = kind === 'insert' ? 1 : kind === 'update' && !isNoop ? 1 : 0
        const expected = (kind === 'insert' ? (known.get(number) ?? -1) : (version ?? 0)) + step
        if (versions[place] !== expected) found.push(`${says} in version ${versions[place]} instead of ${expected}`)
        known.set(number, versions[place]!)
        if (kind === 'delete') live.delete(number)
        else live.set(number, versions[place]!)
      })
      found.push(...this.#broken(run).map((what) => `commit ${commit}, after a ${kind}: ${what}`))
    }
    return found
  }

  /** Foreign keys that a statement has broken. That no row that others point at goes is looked at by itself. */
  #broken({ kind, table, numbers }: Run): string[] {
    const found: string[] = []
    const family = this.families[table]!
    const liveOf = (one: Family): ReadonlyMap<number, number> => this.live[this.families.indexOf(one)]!
    for (const number of numbers) {
      if (number < 0) continue
      for (const child of kind === 'delete' ? this.families.filter(({ parent }) => parent === family) : []) {
        for (let slot = 0; slot < child.most; slot++) {
          const orphan = child.firstOf(number) + slot
          if (liveOf(child).has(orphan)) found.push(`row ${orphan} of ${child.table} is an orphan`)
        }
      }
      if (kind === 'delete') continue
      const { parent } = family
      if (parent && !liveOf(parent).has(family.parentOf(number)))
        found.push(`row ${number} of ${family.table} is an orphan`)
      for (const other of family.refers) {
        const reach = family.reach(other, number)
        // The last one that it can point at, and another one.
        for (const pick of [Math.max(0, reach - 1), number * 7919]) {
          const referred = this.#contexts[table]!.rowReferred(other.table, number, pick)
          const there = referred === undefined || liveOf(other).has(referred)
          if (!there) found.push(`row ${number} of ${family.table} points at ${referred}, which is not there`)
        }
      }
    }
    return found
  }
}
