import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RatePiece } from '../../src/options/pace.js'
import { RateCurve } from '../../src/driver/rate-curve.js'
import { runs } from '../support/arbitraries.js'
import { area, ratePieces } from '../support/paces.js'

const amounts = (): fc.Arbitrary<number> => fc.double({ min: 0, max: 20_000, noNaN: true })

const near = (value: number): number => 1e-6 * Math.max(1, Math.abs(value))

test('the amount is the area under the rate', () => {
  fc.assert(
    fc.property(ratePieces(), fc.double({ min: 0, max: 200, noNaN: true }), (pieces, seconds) => {
      const expected = area(pieces, 0, seconds)
      expect(Math.abs(new RateCurve(pieces).amountAt(seconds) - expected)).toBeLessThan(near(expected))
    }),
    runs(300),
  )
})

test('an amount is due when the area reaches it, and later amounts are not due earlier', () => {
  const property = fc.property(ratePieces(), fc.array(amounts()), (pieces, given) => {
    const curve = new RateCurve(pieces)
    let before = 0
    for (const amount of given.toSorted((a, b) => a - b)) {
      const seconds = curve.secondsAt(amount)
      expect(seconds).toBeGreaterThanOrEqual(before)
      before = seconds
      if (seconds < 1e6) expect(Math.abs(curve.amountAt(seconds) - amount)).toBeLessThan(near(amount))
    }
  })
  const endless: RatePiece = { seconds: Number.POSITIVE_INFINITY, from: 1, to: 1 }
  // Amounts of which the square, or a product with a rate, is 0.
  fc.assert(property, {
    ...runs(300),
    examples: [
      [[{ seconds: 1, from: 0, to: 0.001 }, endless], [5e-324]],
      [[{ seconds: 0.01, from: 0, to: 0.001 }, { seconds: 0.01, from: 0, to: 0 }, endless], [5e-324]],
      [[{ seconds: 30, from: 0, to: 5_000 }], [1e-323, 1e-310, 1e-160]],
    ],
  })
})

test('amounts next to one another are due in their order, also where a stretch or a round ends', () => {
  const rounds = fc.nat({ max: 30 })
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(ratePieces(), rounds, shares, (pieces, round, within) => {
      const curve = new RateCurve(pieces)
      const areas = pieces.map(({ seconds, from, to }) => (seconds * (from + to)) / 2).filter(Number.isFinite)
      const all = areas.reduce((sum, each) => sum + each, 0)
      let sum = areas.length === pieces.length ? round * all : 0
      const chosen = areas.flatMap((each) => {
        const before = sum
        sum += each
        return [...within.map((share) => before + each * share), sum]
      })
      const beside = chosen.flatMap((amount) => [-2, -1, 0, 1, 2].map((ulps) => amount * (1 + ulps * Number.EPSILON)))
      const due = beside.toSorted((a, b) => a - b).map((amount) => curve.secondsAt(amount))
      expect(due).toEqual(due.toSorted((a, b) => a - b))
    }),
    runs(300),
  )
})

test('what falls on the end of a stretch is due after the pause that follows it', () => {
  const curve = new RateCurve([
    { seconds: 2, from: 100, to: 100 },
    { seconds: 3, from: 0, to: 0 },
  ])
  expect([0, 199, 200, 400].map((amount) => curve.secondsAt(amount))).toEqual([0, 1.99, 5, 10])
  expect([2, 4, 5, 6].map((seconds) => curve.amountAt(seconds))).toEqual([200, 200, 200, 300])
})
