import type { Batch } from './batch.js'
import { overlapBatches } from './overlap/overlap-batches.js'
import type { PlanInput } from './plan-input.js'
import { Planner } from './planner.js'
import { RowLimit } from './row-limit.js'
import { ScriptedBatches } from './scripted-batches.js'

/** Where batches come from, one after the other. */
export interface BatchSource {
  /** The number of the last batch that was given. */
  readonly commit: number
  next(): Batch
}

/** The batches of a plan, in the order of their commits: those of its script, if it has one, else planned ones. */
export function openBatches(input: PlanInput): BatchSource {
  const batches = input.script ? new ScriptedBatches(input.script) : new Planner(input)
  return new RowLimit(input.overlap ? overlapBatches(batches, input.overlap, input) : batches)
}
