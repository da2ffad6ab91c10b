import * as fc from 'fast-check'

/** Where something is cut: shares of its length. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })

/** The parts of something that is cut. */
export function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((share) => Math.floor(share * bytes.length)), bytes.length].toSorted((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
