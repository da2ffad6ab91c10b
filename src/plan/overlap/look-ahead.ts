import type { Batch, BatchSource } from '../batch.js'

/** Gives batches one after the other, and shows the ones that come next. */
export class LookAhead implements BatchSource {
  readonly #source: BatchSource
  readonly #distance: number
  readonly #ahead: Batch[] = []
  #commit = 0

  constructor(source: BatchSource, distance: number) {
    this.#source = source
    this.#distance = distance
  }

  get commit(): number {
    return this.#commit
  }

  next(): Batch {
    while (this.#ahead.length <= this.#distance) this.#ahead.push(this.#source.next())
    this.#commit += 1
    return this.#ahead.shift()!
  }

  /** The batch that `next` gives next. */
  peek(): Batch {
    if (this.#ahead.length === 0) this.#ahead.push(this.#source.next())
    return this.#ahead[0]!
  }

  /** The batches after the last one that was given, as far as can be looked. */
  upcoming(): readonly Batch[] {
    return this.#ahead
  }
}
