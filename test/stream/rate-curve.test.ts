import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RateCurve } from '../../src/stream/rate-curve.js'
import { runs } from '../support/arbitraries.js'
import { area, ratePieces } from '../support/paces.js'

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
  fc.assert(
    fc.property(ratePieces(), fc.array(fc.double({ min: 0, max: 20_000, noNaN: true })), (pieces, amounts) => {
      const curve = new RateCurve(pieces)
      let before = 0
      for (const amount of amounts.toSorted((a, b) => a - b)) {
        const seconds = curve.secondsAt(amount)
        expect(seconds).toBeGreaterThanOrEqual(before)
        before = seconds
        if (seconds < 1e6) expect(Math.abs(curve.amountAt(seconds) - amount)).toBeLessThan(near(amount))
      }
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
