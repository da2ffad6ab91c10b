/**
 * Says when the next batch is due. Batches start at whole multiples of the interval from the start, so that delays do
 * not add up. Slots that a slow batch has missed are left out: the load falls behind instead of bursting.
 */
export class Pacer {
  readonly #interval: number
  #origin = 0
  #slot = 0
  #lag = 0

  /** @param interval in milliseconds */
  constructor(interval: number) {
    this.#interval = interval
  }

  /** By how many milliseconds the last batch was late. */
  get lag(): number {
    return this.#lag
  }

  /** Begins a schedule whose first batch is due now. */
  start(now: number): void {
    this.#origin = now
    this.#slot = -1
    this.#lag = 0
  }

  /** Takes the next slot and returns how many milliseconds to wait for it. */
  next(now: number): number {
    if (this.#interval === 0) return 0
    const due = this.#origin + (this.#slot + 1) * this.#interval
    this.#lag = Math.max(0, now - due)
    this.#slot = Math.max(this.#slot + 1, Math.floor((now - this.#origin) / this.#interval))
    return Math.max(0, this.#origin + this.#slot * this.#interval - now)
  }
}
