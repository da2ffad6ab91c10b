import type { Batch, ChangeKind } from '../../src/plan/batch.js'
import type { PlanInput } from '../../src/plan/plan-input.js'

/** By how much a count may differ from its share; see `ShareApportionment`. */
export const SHARE_BOUND = 10
/** … for tables that were empty. */
export const SHARE_BOUND_OF_EMPTY_TABLES = 2

/** Follows the batches of a plan with shares, and says which counts are too far from their shares. */
export class ShareChecker {
  readonly #input: PlanInput
  readonly #counts: Record<ChangeKind, number>[]

  constructor(input: PlanInput) {
    this.#input = input
    this.#counts = [...input.tables, 'all'].map(() => ({ insert: 0, update: 0, delete: 0 }))
  }

  /** Takes the next batch. Counts begin after the INSERTs that fill a table. */
  problems(batch: Batch, bound: number): string[] {
    const { mix, tables } = this.#input
    if (mix.kind !== 'shares') throw new Error('This mix has no shares.')
    const filling = batch.commit === 1 ? this.#filling() : []
    for (const { kind, table, numbers } of batch.runs) {
      if (filling[table]) continue
      this.#counts[table]![kind] += numbers.length
      this.#counts[tables.length]![kind] += numbers.length
    }
    return this.#counts.flatMap((counts, index) => {
      const changes = counts.insert + counts.update + counts.delete
      const allowed = index === tables.length ? bound * tables.length : bound
      return (['insert', 'update', 'delete'] as const)
        .filter((kind) => Math.abs(counts[kind] - mix[kind] * changes) > allowed)
        .map(
          (kind) =>
            `batch ${batch.commit}, ${tables[index]?.definition.name ?? 'all tables'}: ${counts[kind]} of ${kind} in ${changes}`,
        )
    })
  }

  /** Tables with fewer rows than a batch, and tables whose children have. */
  #filling(): boolean[] {
    const { tables, baselineRows, batchSize } = this.#input
    const few = tables.map(({ baseline }) => baseline.images.length + baselineRows < batchSize)
    return tables.map(
      ({ definition: { name } }, index) =>
        few[index]! || tables.some(({ definition: { parent } }, child) => parent?.table === name && few[child]!),
    )
  }
}
