import { PLAN_FORMAT, type PlanInput } from '../plan/plan-input.js'
import type { ResolvedOptions } from './resolve-options.js'

/** What it takes to make the same changes again, as one word. Holds no connection. */
export function encodeToken(options: ResolvedOptions, input: PlanInput): string {
  const { ratio, scale, nulls, businessDate, batchSize, seed } = options
  const first = input.tables.map(({ name }, index) => {
    const { maxKey, sequences, images } = input.baseline[index]!
    return { name, maxKey, sequences, sampled: images.length }
  })
  const baselineRows = input.baselineRows
  const content = { format: PLAN_FORMAT, seed, batchSize, ratio, scale, nulls, businessDate, baselineRows, first }
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}
