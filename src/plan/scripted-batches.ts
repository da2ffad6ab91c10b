import type { Batch, Run } from './batch.js'

/** Gives the batches of a script, and empty ones after its end. */
export class ScriptedBatches {
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
