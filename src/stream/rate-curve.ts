import type { RatePiece } from '../options/pace.js'

/** How much is due by when, for a rate that follows pieces over and over, or stays with the last one. */
export class RateCurve {
  readonly #pieces: readonly (RatePiece & { readonly amount: number })[]
  readonly #seconds: number
  readonly #amount: number

  /** @param pieces At least one, with a rate above 0 somewhere; only the last may be endless, and not at rate 0. */
  constructor(pieces: readonly RatePiece[]) {
    this.#pieces = pieces.map((piece) => ({ ...piece, amount: (piece.seconds * (piece.from + piece.to)) / 2 }))
    this.#seconds = pieces.reduce((sum, { seconds }) => sum + seconds, 0)
    this.#amount = this.#pieces.reduce((sum, { amount }) => sum + amount, 0)
  }

  /** How much is due in the first so many seconds. */
  amountAt(seconds: number): number {
    const rounds = Math.floor(seconds / this.#seconds)
    let left = seconds - (rounds > 0 ? rounds * this.#seconds : 0)
    let amount = rounds > 0 ? rounds * this.#amount : 0
    for (const { seconds: length, from, to, amount: all } of this.#pieces) {
      if (left < length) return amount + left * (from + ((to - from) * left) / (2 * length))
      left -= length
      amount += all
    }
    return amount
  }

  /** The time from which on more than this amount is due. */
  secondsAt(amount: number): number {
    const rounds = Math.floor(amount / this.#amount)
    let left = amount - (rounds > 0 ? rounds * this.#amount : 0)
    let seconds = rounds > 0 ? rounds * this.#seconds : 0
    for (const { seconds: length, from, to, amount: all } of this.#pieces) {
      if (left < all) {
        // The root of a quadratic, in the form that needs no division by the slope.
        const root = Math.sqrt(Math.max(0, from * from + (2 * (to - from) * left) / length))
        return left <= 0 ? seconds : seconds + Math.min(length, (2 * left) / (from + root))
      }
      left -= all
      seconds += length
    }
    return seconds
  }
}
