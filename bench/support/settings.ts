import { resolveMix } from '../../src/plan/mix/mix.js'
import { emptyBaseline, type PlanInput } from '../../src/plan/plan-input.js'
import type { MixWeights } from '../../src/plan/mix/mix.js'
import { storeReturns } from '../../src/tables/store-returns.js'
import { storeSales } from '../../src/tables/store-sales.js'
import type { TableDefinition } from '../../src/tables/table-definition.js'

export const SEED = 1

/** Both tables, parents first. */
export const tables: readonly TableDefinition[] = [storeSales, storeReturns]

/** A mix of changes and what it is called. */
export interface NamedMix {
  readonly name: string
  /** As the option `ratio`. */
  readonly ratio: MixWeights | undefined
}

export const defaultMix: NamedMix = { name: 'default mix', ratio: undefined }
export const mixed: NamedMix = { name: '70/20/10', ratio: { insert: 70, update: 20, delete: 10 } }
export const churning: NamedMix = { name: '40/20/40', ratio: { insert: 40, update: 20, delete: 40 } }

/** What `createCdcStream({ seed: SEED, batchSize, ratio })` plans on empty tables. */
export function planInput({ ratio }: NamedMix, batchSize: number): PlanInput {
  return {
    tables: tables.map((definition) => ({ definition, baseline: emptyBaseline })),
    baselineRows: 0,
    batchSize,
    mix: resolveMix(ratio),
    seed: SEED,
    scale: 1,
    nulls: 'tpcds',
    businessDay: undefined,
  }
}
