import { Planner } from '../../src/plan/planner.js'
import type { Batch } from '../../src/plan/batch.js'
import { type NamedMix, planInput } from '../support/settings.js'

/** What a contender is to write. The first batch, which is of INSERTs only where the mix has shares, is not timed. */
export interface Workload {
  readonly mix: NamedMix
  readonly batchSize: number
  readonly first: Batch
  readonly batches: readonly Batch[]
  /** Without those of the first batch. */
  readonly changes: number
}

/** @param batches How many are timed */
export function workload(mix: NamedMix, batchSize: number, batches: number): Workload {
  const planner = new Planner(planInput(mix, batchSize))
  const first = planner.next()
  const rest = Array.from({ length: batches }, () => planner.next())
  const changes = rest.flatMap(({ runs }) => runs).reduce((sum, { numbers }) => sum + numbers.length, 0)
  return { mix, batchSize, first, batches: rest, changes }
}
