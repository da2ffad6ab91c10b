import fc from 'fast-check'
import type { RatePiece } from '../../src/options/pace.js'

const rates = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.nat({ max: 5_000 }),
    fc.nat({ max: 2_000_000 }).map((thousandths) => thousandths / 1000),
  )

/** Pieces of a schedule, with a rate above 0 somewhere; the last one may be endless. */
export const ratePieces = (): fc.Arbitrary<RatePiece[]> =>
  fc
    .tuple(
      fc.array(
        fc.record({
          seconds: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.01, max: 5, noNaN: true })),
          from: rates(),
          to: rates(),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.option(fc.integer({ min: 1, max: 5_000 })),
    )
    .map(([pieces, last]) =>
      last === null ? pieces : [...pieces, { seconds: Number.POSITIVE_INFINITY, from: last, to: last }],
    )
    .filter((pieces) => pieces.some(({ seconds, from, to }) => seconds * (from + to) > 1))

/** The rate of a moment, and the times up to an end at which it does not go on evenly. */
function unroll(pieces: readonly RatePiece[], end: number): (RatePiece & { readonly begin: number })[] {
  const all: (RatePiece & { readonly begin: number })[] = []
  for (let begin = 0; begin < end;) {
    for (const piece of pieces) {
      all.push({ ...piece, begin })
      begin += piece.seconds
    }
  }
  return all
}

/** The area under the rate between two times, piece by piece. */
export function area(pieces: readonly RatePiece[], after: number, until: number): number {
  let sum = 0
  for (const { begin, seconds, from, to } of unroll(pieces, until)) {
    const [a, b] = [Math.max(begin, after), Math.min(begin + seconds, until)]
    const rateAt = (time: number): number =>
      seconds === Number.POSITIVE_INFINITY ? from : from + ((to - from) * (time - begin)) / seconds
    if (b > a) sum += ((rateAt(a) + rateAt(b)) / 2) * (b - a)
  }
  return sum
}
