import type { Batch, ChangeKind } from '../../src/plan/batch.js'

interface KeyChange {
  readonly kind: ChangeKind
  readonly version: number
}

/** The changes of every row, in their order; a row is `table/number`. */
export function changesOfKeys(batches: readonly Batch[]): Map<string, KeyChange[]> {
  const changes = new Map<string, KeyChange[]>()
  for (const { kind, table, numbers, versions } of batches.flatMap(({ runs }) => runs)) {
    numbers.forEach((number, i) => {
      const row = `${table}/${number}`
      if (!changes.has(row)) changes.set(row, [])
      changes.get(row)!.push({ kind, version: versions[i]! })
    })
  }
  return changes
}

/** How many chains of each shape there are within batches, such as `insert update`. */
export function chainShapes(batches: readonly Batch[]): Map<string, number> {
  const shapes = new Map<string, number>()
  for (const batch of batches) {
    for (const changes of changesOfKeys([batch]).values()) {
      if (changes.length === 1) continue
      const shape = changes.map(({ kind }) => kind).join(' ')
      shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
    }
  }
  return shapes
}
