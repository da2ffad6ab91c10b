/** Turns a share into whole numbers, so that their sum stays within one half of the share of everything so far. */
export class Quota {
  readonly #share: number
  #asked = 0
  #given = 0

  constructor(share: number) {
    this.#share = share
  }

  /** How many of the next `count` are part of the share. */
  take(count: number): number {
    if (this.#share === 0) return 0
    this.#asked += count
    const due = Math.max(0, Math.round(this.#share * this.#asked) - this.#given)
    this.#given += due
    return due
  }

  /** Keeps for later what was given and not used; a negative count was used beforehand. */
  putBack(count: number): void {
    this.#given -= count
  }
}
