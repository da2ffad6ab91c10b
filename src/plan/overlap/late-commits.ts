import { isHit, Random } from '../../tables/random.js'
import type { Batch, BatchSource, Run } from '../batch.js'
import { LATEST, type Overlap } from './overlap.js'
import type { Family } from '../families/family.js'
import { chooseLateRows, splitRuns } from './late-rows.js'

/** A transaction that is open until a later batch was committed. */
interface OpenTransaction {
  readonly runs: readonly Run[]
  /** The batch of the plan after which it is committed. */
  readonly after: number
  /** The commit before which it begins. */
  readonly begins: number
}

/**
 * Takes INSERTs out of some batches and commits them later, in a transaction that begins before the rest of its batch:
 * lower keys become visible after higher ones. Only rows that nothing touches in between are taken, so that every row
 * goes through the same changes, and no child is visible without its parent. A batch then makes two commits.
 */
export class LateCommits implements BatchSource {
  readonly #source: BatchSource
  readonly #overlap: Overlap
  readonly #families: readonly Family[]
  readonly #draws: Random
  /** Batches of the plan that were looked at ahead. */
  readonly #ahead: Batch[] = []
  /** Batches that are complete. */
  readonly #ready: Batch[] = []
  #open: OpenTransaction[] = []
  #planned = 0
  #made = 0
  #commit = 0
  #longUntil = 0

  constructor(source: BatchSource, overlap: Overlap, families: readonly Family[], seed: number) {
    this.#source = source
    this.#overlap = overlap
    this.#families = families
    this.#draws = new Random(seed, 'late commits')
  }

  get commit(): number {
    return this.#commit
  }

  next(): Batch {
    while (this.#ready.length === 0) this.#plan()
    this.#commit += 1
    return this.#ready.shift()!
  }

  /** Takes one batch of the plan. */
  #plan(): void {
    this.#planned += 1
    const delay = this.#drawDelay()
    while (this.#ahead.length <= delay) this.#ahead.push(this.#source.next())
    const { runs } = this.#ahead.shift()!
    const late = delay === 0 ? [] : chooseLateRows(runs, this.#ahead.slice(0, delay), this.#families)
    const hasLate = late.some((numbers) => numbers.size > 0)
    const [now, then] = hasLate ? splitRuns(runs, late) : [runs, []]
    const begins = this.#made + 1
    if (then.length > 0) this.#open.push({ runs: then, after: this.#planned + delay, begins })
    if (now.length > 0) this.#give({ runs: now })
    const due = this.#open.filter(({ after }) => after === this.#planned)
    this.#open = this.#open.filter(({ after }) => after !== this.#planned)
    for (const { runs: opened, begins: commit } of due) this.#give({ runs: opened, begins: commit })
  }

  /** How many batches come before the late part of this one; 0 for none. */
  #drawDelay(): number {
    const { lateCommit, longTransaction } = this.#overlap
    const random = this.#draws.at(this.#planned)
    const isLate = isHit(random, lateCommit)
    const delay = random.between(1, LATEST)
    if (longTransaction > 0 && this.#planned > this.#longUntil) {
      this.#longUntil = this.#planned + longTransaction
      return longTransaction
    }
    return isLate ? delay : 0
  }

  #give(batch: Omit<Batch, 'commit'>): void {
    this.#made += 1
    this.#ready.push({ commit: this.#made, ...batch })
  }
}
