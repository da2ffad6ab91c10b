import type { RatePiece } from '../options/pace.js'

/** A piece, and how much is due in all of it. */
type Piece = RatePiece & { readonly amount: number }

/** How much is due by when, for a rate that follows pieces over and over, or stays with the last one. */
export class RateCurve {
  readonly #pieces: readonly Piece[]
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

  /** The time from which on more than this amount is due; never earlier for more. */
  secondsAt(amount: number): number {
    const rounds = Math.floor(amount / this.#amount)
    let left = amount - (rounds > 0 ? rounds * this.#amount : 0)
    let seconds = rounds > 0 ? rounds * this.#seconds : 0
    // Where sums of fractions would pass the beginning of the next round.
    const end = (rounds + 1) * this.#seconds
    for (const piece of this.#pieces) {
      if (left < piece.amount) return left <= 0 ? seconds : Math.min(end, seconds + secondsInto(piece, left))
      left -= piece.amount
      seconds = Math.min(end, seconds + piece.seconds)
    }
    return seconds
  }
}

/** The time at which so much of a piece's amount, which is more, is due. */
function secondsInto({ seconds, from, to, amount }: Piece, due: number): number {
  if (from === to) return Math.min(seconds, due / from)
  const mean = (from + to) / 2
  const [start, end, share] = [from / mean, to / mean, due / amount]
  const rate = Math.sqrt(Math.max(0, start * start + 4 * (1 - start) * share))
  // The root of a quadratic, in shares of the time and the amount, from the end with the higher rate: what divides is 1
  // or more, however little is due, and no rounding turns the order of two amounts round.
  const part = from > to ? (2 * share) / (start + rate) : 1 - (2 * (1 - share)) / (end + rate)
  return seconds * Math.min(1, Math.max(0, part))
}
