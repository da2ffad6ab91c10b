import type { Batch } from './batch.js'
import type { PlanInput } from './plan-input.js'
import { Planner } from './planner.js'
import { ScriptedBatches } from './scripted-batches.js'

/** Where batches come from, one after the other. */
export interface BatchSource {
  /** The number of the last batch that was given. */
  readonly commit: number
  next(): Batch
}

/** The batches of a plan: those of its script, if it has one, else those that the planner makes. */
export function openBatches(input: PlanInput): BatchSource {
  return input.script ? new ScriptedBatches(input.script) : new Planner(input)
}
