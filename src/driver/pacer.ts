import { type Pace, ratePace } from '../options/pace.js'
import { RateCurve } from './rate-curve.js'

/** When a batch began, by the schedule. */
export interface Slot {
  /** By how many milliseconds the batch began late. */
  readonly lag: number
  /** Slots of the schedule that were left out since the batch before. */
  readonly skipped: number
}

/** A batch that no schedule wanted earlier. */
const onTime: Slot = { lag: 0, skipped: 0 }

/** Timers wake up so many milliseconds late; a slot that is no older is not missed yet. */
const GRACE = 4

/** What is nearer than this, in milliseconds, is now: sums of fractions are not exact. */
const NOW = 0.001

/**
 * Says when the next batch is due. Every batch has a slot on the schedule, as long as its changes at the rate of that
 * time, or one interval. Slots are counted from the start, so that delays do not add up. Those that a slow batch has
 * missed are left out: the load falls behind instead of bursting.
 */
export class Pacer {
  #unit: Pace['unit'] = 'batch'
  #curve: RateCurve | undefined
  /** When the curve began, in milliseconds; while the load stands still, what matters is `#elapsed`. */
  #origin = 0
  /** Seconds of the curve that have passed when the load stopped. */
  #elapsed = 0
  #running = false
  /** The amount before the next batch, and when that batch is due. */
  #position = 0
  #due = 0
  /** The changes of the last batch, and the length of its slot. */
  #changes = 0
  #width = 1

  /** @param pace undefined for as fast as possible */
  constructor(pace: Pace | undefined) {
    this.#follow(pace)
  }

  /** The next batch is due now. A schedule goes on where it stopped. */
  start(now: number): void {
    this.#running = true
    this.#origin = now - this.#elapsed * 1000
    this.#position = this.#curve?.amountAt(this.#elapsed) ?? 0
    this.#setDue()
  }

  /** From now on no time of the schedule passes. */
  stop(now: number): void {
    if (this.#running) this.#elapsed = (now - this.#origin) / 1000
    this.#running = false
  }

  wait(now: number): number {
    const wait = this.#due - now
    return this.#curve && wait > NOW ? wait : 0
  }

  /** Takes a slot for a batch that begins now. */
  begin(now: number, changes: number): Slot {
    this.#changes = changes
    if (!this.#curve || !this.#running) return onTime
    const width = this.#unit === 'batch' ? 1 : Math.max(1, changes)
    const reached = this.#curve.amountAt(Math.max(0, now - GRACE - this.#origin) / 1000)
    // The slot that is taken has begun: where the schedule pauses, the next one has not.
    const skipped = Math.max(0, Math.ceil((reached - this.#position) / width - 1e-9) - 1)
    const lag = Math.max(0, now - this.#due)
    this.#width = width
    this.#position += (skipped + 1) * width
    this.#setDue()
    return { lag, skipped }
  }

  /** Changes the rate. Of the current slot, the part that is left takes the new rate's time. */
  setRate(changesPerSecond: number, now: number): void {
    const left = this.#curve && this.#running ? this.#position - this.#curve.amountAt((now - this.#origin) / 1000) : 0
    const changes = Math.min(1, Math.max(0, left / this.#width)) * this.#changes
    // A batch that is late already stays as late as it is.
    this.#origin = this.#curve && this.#running ? Math.min(now, this.#due) : now
    this.#follow(ratePace(changesPerSecond))
    this.#position = changes
    this.#width = Math.max(1, this.#changes)
    this.#setDue()
  }

  #follow(pace: Pace | undefined): void {
    this.#curve = pace && new RateCurve(pace.pieces)
    this.#unit = pace?.unit ?? 'batch'
    this.#elapsed = 0
  }

  #setDue(): void {
    if (this.#curve) this.#due = this.#origin + this.#curve.secondsAt(this.#position) * 1000
  }
}
