import type { PlanTable } from '../plan/plan-input.js'
import { TableKey } from '../tables/keys/table-key.js'

/**
 * Lets tables whose keys count those of another one begin with it behind the largest of all of them. Where several rows have
 * the value of one row there, they begin behind all of its.
 */
export function shareNumbers(tables: readonly PlanTable[]): readonly PlanTable[] {
  const groups = new Map(tables.map(({ definition }) => [definition.name, new Set([definition.name])]))
  for (const { definition } of tables) {
    for (const { of, values } of new TableKey(definition).parts) {
      const [own, other] = [groups.get(definition.name)!, values === undefined ? groups.get(of ?? '') : undefined]
      if (!other || other === own) continue
      for (const name of other) groups.set(name, own.add(name))
    }
  }
  const largest = (names: ReadonlySet<string>): number =>
    Math.max(
      ...tables.map(({ definition, baseline: { maxKey } }) =>
        names.has(definition.name) ? Math.ceil(maxKey / new TableKey(definition).spread) : 0,
      ),
    )
  return tables.map(({ definition, baseline }) => {
    const key = new TableKey(definition)
    const maxKey = largest(groups.get(definition.name)!) * key.spread
    if (maxKey === baseline.maxKey) return { definition, baseline }
    // What tells the largest number of a key has to tell the one that counts.
    const sequences = Object.entries(baseline.sequences).map(([name, value]) => {
      const column = definition.sequences?.[name]
      return [name, key.parts.some((part) => part.name === column) ? maxKey : value]
    })
    return {
      definition,
      baseline: { ...baseline, maxKey, sequences: Object.fromEntries(sequences) as Record<string, number> },
    }
  })
}
