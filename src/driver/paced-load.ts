import { setTimeout as delay } from 'node:timers/promises'
import { StateError } from '../errors.js'
import type { Batch } from '../plan/batch.js'
import type { Pace } from '../options/pace.js'
import { Pacer, type Slot } from './pacer.js'

/** A lag is told at most this often. */
const LAG_MILLISECONDS = 1_000

/** Timers take no longer times. */
const LONGEST_WAIT = 0x7fff_ffff

/** Makes commits at their pace, or one after the other when told so; each after the outcome of the one before is known. */
export abstract class PacedLoad {
  readonly #pacer: Pacer
  /** Wakes the load from waiting for the next batch. */
  #wake = new AbortController()
  #work: Promise<void> = Promise.resolve()
  #commit: Promise<void> = Promise.resolve()
  #running = false
  #held = false
  #stopped = false
  #toldLagAt = Number.NEGATIVE_INFINITY

  constructor(pace: Pace | undefined) {
    this.#pacer = new Pacer(pace)
  }

  async run(): Promise<void> {
    if (this.#running || this.#stopped) return
    this.#running = true
    this.#work = this.#goOn()
  }

  async pause(): Promise<void> {
    this.#running = false
    this.#wakeUp()
    await this.#work
  }

  async step(commits: number): Promise<void> {
    if (this.#running) throw new StateError('Expected a stream that stands still, got one that runs. Pause it first.')
    this.#work = this.#work.then(async () => {
      for (let left = commits; left > 0; left--) {
        while (this.#held && !this.#stopped) await this.#sleep(LONGEST_WAIT)
        if (this.#stopped) return
        await this.#makeCommit()
      }
    })
    await this.#work
  }

  async hold(): Promise<void> {
    this.#held = true
    await this.#commit
  }

  async release(): Promise<void> {
    this.#held = false
    this.#wakeUp()
  }

  async setRate(changesPerSecond: number): Promise<void> {
    this.#pacer.setRate(changesPerSecond, performance.now())
    this.#wakeUp()
  }

  /** To be called when a batch begins. */
  protected begin(batch: Batch): Slot {
    const now = performance.now()
    const changes = batch.runs.reduce((sum, { numbers }) => sum + numbers.length, 0)
    const slot = this.#pacer.begin(now, changes)
    if (slot.skipped > 0 && now - this.#toldLagAt >= LAG_MILLISECONDS) {
      this.#toldLagAt = now
      this.onLag(slot.lag)
    }
    return slot
  }

  /** No commit is made any more. */
  protected cease(): void {
    this.#stopped = true
    this.#running = false
    this.#wakeUp()
  }

  /** Ends, and resolves when the commit in flight is made. */
  async stop(): Promise<void> {
    this.cease()
    await this.#work
  }

  /** Makes one commit, and calls `begin`; must not reject. */
  protected abstract commit(): Promise<void>

  /** Slots of the schedule were left out. */
  protected abstract onLag(milliseconds: number): void

  async #goOn(): Promise<void> {
    this.#pacer.start(performance.now())
    while (this.#running) {
      const wait = this.#held ? LONGEST_WAIT : this.#pacer.wait(performance.now())
      await (wait > 0 ? this.#sleep(wait) : this.#makeCommit())
    }
    this.#pacer.stop(performance.now())
  }

  async #makeCommit(): Promise<void> {
    this.#commit = this.commit()
    await this.#commit
  }

  async #sleep(milliseconds: number): Promise<void> {
    await delay(Math.min(milliseconds, LONGEST_WAIT), undefined, { signal: this.#wake.signal }).catch(() => {})
  }

  #wakeUp(): void {
    this.#wake.abort()
    this.#wake = new AbortController()
  }
}
