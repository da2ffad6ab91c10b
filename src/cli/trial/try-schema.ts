import type { CatalogTable } from '../../inspect/catalog-table.js'
import { draftSchema, type LeftOut, type SchemaDraft } from '../../inspect/draft-schema.js'
import { moduleText } from '../../inspect/draft-module.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { runDefinitions } from './run-definitions.js'
import { type Failure, type TrialOptions, tryStream } from './try-stream.js'

/** How many tables share a stream, where they need not. */
const TOGETHER = 12

/** What came of a trial. */
export interface TriedSchema {
  /** The tables that stream as they are drafted. */
  readonly streams: readonly string[]
  /** Those of them to which no UPDATE can come. */
  readonly unchanging: readonly string[]
  /** All others, and why. */
  readonly rest: readonly LeftOut[]
  /** Those of them that were tried. */
  readonly failed: readonly LeftOut[]
}

/**
 * Streams on copies of all tables of a schema as they are drafted, families in whole. A table that fails is left out, with
 * those that need it, and the others are tried again without.
 */
export async function trySchema(tables: readonly CatalogTable[], options: TrialOptions): Promise<TriedSchema> {
  /** Families by their text, which were seen to stream. */
  const passed = new Set<string>()
  const failed: LeftOut[] = []
  for (;;) {
    const draft = draftSchema(tables, failed)
    const textOf = (plans: readonly Plan[]): string => moduleText(plans, [], 'js')
    const families = familiesOf(draft).filter((family) => !passed.has(textOf(family)))
    const found: LeftOut[] = []
    for (const group of groupsOf(families)) {
      const culprits = await tryTables(runDefinitions(textOf(group.flat())), options)
      if (culprits.length === 0) for (const family of group) passed.add(textOf(family))
      found.push(...culprits)
    }
    if (found.length === 0) {
      const nameOf = ({ member }: Plan): string => member.table.source.name
      const fixed = draft.plans.filter(({ member, recomputed }) => recomputed.size === 0 && !member.table.clock)
      return { streams: draft.plans.map(nameOf), unchanging: fixed.map(nameOf), rest: draft.leftOut, failed }
    }
    failed.push(...found)
  }
}

type Plan = SchemaDraft['plans'][number]

/** Tables that hang on one another, or refer to each other. */
function familiesOf({ plans }: SchemaDraft): readonly (readonly Plan[])[] {
  const families: Plan[][] = []
  for (const plan of plans) {
    const { parent, above, refers } = plan.member
    const others = new Set([parent, ...above.map(({ table }) => table), ...refers.map(({ table }) => table)])
    const near = families.filter((family) => family.some(({ member }) => others.has(member.table.source.name)))
    for (const family of near) families.splice(families.indexOf(family), 1)
    families.push([...near.flat(), plan])
  }
  const order = new Map(plans.map((plan, index) => [plan, index]))
  return families.map((family) => family.toSorted((a, b) => order.get(a)! - order.get(b)!))
}

/** Several families in one stream take less time than one by one. */
function groupsOf(families: readonly (readonly Plan[])[]): readonly (readonly (readonly Plan[])[])[] {
  const groups: (readonly Plan[])[][] = []
  for (const family of families) {
    const group = groups.at(-1)
    if (group && group.flat().length + family.length <= TOGETHER) group.push(family)
    else groups.push([family])
  }
  return groups
}

/** The tables that keep others from streaming; none where all stream. */
async function tryTables(definitions: readonly TableDefinition[], options: TrialOptions): Promise<readonly LeftOut[]> {
  const failure = await tryStream(definitions, options)
  if (!failure) return []
  const named = failure.tables ?? namedIn(failure, definitions)
  if (named.length > 0) return named.map((name) => ({ name, why: failure.why }))
  // Parents come first: the shortest beginning that fails ends with the table that is at fault.
  let [good, bad, why] = [0, definitions.length, failure.why]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    const one = await tryStream(definitions.slice(0, middle), options)
    if (one) [bad, why] = [middle, one.why]
    else good = middle
  }
  return [{ name: definitions[bad - 1]!.name, why }]
}

/** Messages name a table first, in backticks, alone or with a column. */
function namedIn({ why }: Failure, definitions: readonly TableDefinition[]): readonly string[] {
  for (const [, text] of why.matchAll(/`([^`]+)`/g)) {
    const found = definitions.find(({ name }) => text === name || text!.startsWith(`${name}.`))
    if (found) return [found.name]
  }
  return []
}
