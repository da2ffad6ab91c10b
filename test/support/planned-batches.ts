import type { Batch } from '../../src/plan/batch.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { Planner } from '../../src/plan/planner.js'

/** The first batches of a plan. */
export function planBatches(input: PlanInput, count: number): Batch[] {
  const planner = new Planner(input)
  return Array.from({ length: count }, () => planner.next())
}
