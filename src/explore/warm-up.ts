import type { ChangeKind } from '../plan/batch.js'
import { countChanges } from '../plan/batch.js'
import { openBatches } from '../plan/batch-source.js'
import { KeyOrder } from '../plan/rows/key-order.js'
import type { PlanInput } from '../plan/plan-input.js'

/** How many commits are made before a job runs, and what the next one lacks. */
export interface WarmUp {
  readonly commits: number
  /** The kinds of the plan's mix that the commit at a place does not hold, as no early one holds all. */
  readonly lacks: readonly ChangeKind[]
}

/** Commits among which the one is looked for, if they do not have more changes than this. */
const LOOKED_AT = 50
const MOST_CHANGES = 1_000_000
const KINDS: readonly ChangeKind[] = ['insert', 'update', 'delete']

/**
 * Finds out how many commits to make first, so that the one after them holds each kind of change. With `late`, it is one
 * that becomes visible after commits with higher keys, or with later stamps of a clock.
 *
 * @param batches how many commits the plan has
 * @returns undefined where no commit of the plan comes late
 */
export function findWarmUp(input: PlanInput, batches: number, late: boolean): WarmUp | undefined {
  const source = openBatches(input)
  const { mix, batchSize, tables } = input
  const kinds = mix.kind === 'shares' ? KINDS.filter((kind) => mix[kind] > 0) : KINDS
  const most = Math.max(2, Math.min(batches, LOOKED_AT, MOST_CHANGES / (batchSize * tables.length)))
  const order = new KeyOrder()
  let best: WarmUp | undefined
  for (let commit = 1; commit <= Math.min(batches, most); commit++) {
    const batch = source.next()
    const isLate = order.comesLate(batch)
    if (commit === 1 || (late && !isLate)) continue
    const counts = countChanges(batch)
    const lacks = kinds.filter((kind) => counts[kind] === 0)
    if (!best || lacks.length < best.lacks.length) best = { commits: commit - 1, lacks }
    if (lacks.length === 0) return best
  }
  return best
}
