import { openBatches } from '../plan/batch-source.js'
import type { BatchSource } from '../plan/batch.js'
import { KeyOrder } from '../plan/rows/key-order.js'
import type { PlanInput } from '../plan/plan-input.js'
import type { Progress } from './reads.js'
import type { MetCommits } from '../driver/scene.js'

/** Counts commits of a stream by when they were acknowledged. Which of them come late, its plan tells. */
export class CommitMeetings {
  readonly #order = new KeyOrder()
  readonly #batches: BatchSource | undefined
  /** The late commits so far. */
  readonly #late = new Set<number>()

  constructor(input: PlanInput) {
    const { script, overlap } = input
    const canBeLate = script !== undefined || (overlap && overlap.lateCommit + overlap.longTransaction > 0)
    this.#batches = canBeLate ? openBatches(input) : undefined
  }

  /** @param first when the first statement came, in milliseconds since 1970; and when the last one was answered */
  between(
    { acknowledged, timeOf }: Pick<Progress, 'acknowledged' | 'timeOf'>,
    first: number,
    last: number,
  ): MetCommits {
    let commits = 0
    let lateCommits = 0
    this.#advance(acknowledged)
    for (let commit = acknowledged; commit >= 1; commit--) {
      const time = timeOf(commit)
      if (time !== undefined && time < first) break
      if (time === undefined || time > last) continue
      commits += 1
      if (this.#late.has(commit)) lateCommits += 1
    }
    return { commits, lateCommits }
  }

  #advance(commit: number): void {
    const batches = this.#batches
    while (batches && batches.commit < commit) {
      const batch = batches.next()
      if (this.#order.comesLate(batch)) this.#late.add(batch.commit)
    }
  }
}
