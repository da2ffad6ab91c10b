import type { Batch, BatchSource, Run } from './batch.js'
import { ClockTimes, hasClocks } from './clock-times.js'
import { overlapBatches } from './overlap/overlap-batches.js'
import type { PlanInput } from './plan-input.js'
import { Planner } from './planner.js'
import { RowLimit } from './row-limit.js'

/** The batches of a plan, in the order of their commits: those of its script, if it has one, else planned ones. */
export function openBatches(input: PlanInput): BatchSource {
  const batches = input.script ? new ScriptedBatches(input.script) : new Planner(input)
  const overlapping = input.overlap ? overlapBatches(batches, input.overlap, input) : batches
  return new RowLimit(hasClocks(input.tables) ? new ClockTimes(overlapping, input) : overlapping, input.tables)
}

/** Gives the batches of a script, and empty ones after its end. */
class ScriptedBatches implements BatchSource {
  readonly #script: readonly (readonly Run[])[]
  #commit = 0

  constructor(script: readonly (readonly Run[])[]) {
    this.#script = script
  }

  get commit(): number {
    return this.#commit
  }

  next(): Batch {
    const runs = this.#script[this.#commit] ?? []
    this.#commit += 1
    return { commit: this.#commit, runs }
  }
}
