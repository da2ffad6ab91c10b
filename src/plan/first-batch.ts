import type { Batch, Run } from './batch.js'
import type { PlanInput } from './plan-input.js'
import { Planner } from './planner.js'
import { numberAt } from './rows/row-position.js'

/**
 * What a stream writes as commit 0 to tables that are empty although its plan begins with rows: those that stood there
 * when the plan was made, and its own.
 */
export function firstBatch(input: PlanInput): Batch {
  const images = input.tables.map(({ baseline }, table): Run => {
    const { length } = baseline.images
    const numbers = Array.from({ length }, (_, position) => numberAt(position, length))
    return { kind: 'insert', table, numbers, versions: numbers.map(() => 0), again: true }
  })
  const runs = [...images.filter(({ numbers }) => numbers.length > 0), ...Planner.baseline(input).runs]
  return { commit: 0, runs }
}
