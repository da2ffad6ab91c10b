import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Quota } from '../../../src/plan/mix/quota.js'
import { runs } from '../../support/arbitraries.js'

const share = fc.double({ min: 0, max: 1, noNaN: true })

test('gives the share of all that was asked about, rounded', () => {
  const property = fc.property(share, fc.array(fc.nat(50)), (share, asked) => {
    const quota = new Quota(share)
    let [total, given] = [0, 0]
    for (const count of asked) {
      const taken = quota.take(count)
      total += count
      given += taken
      expect(taken).toBeLessThanOrEqual(count)
      expect(Math.abs(given - share * total)).toBeLessThanOrEqual(0.5)
    }
  })
  fc.assert(property, runs(200))
})

test('gives again what is put back', () => {
  const quota = new Quota(0.5)
  expect(quota.take(10)).toBe(5)
  quota.putBack(2)
  expect(quota.take(10)).toBe(7)
  quota.putBack(-3)
  expect([quota.take(2), quota.take(2), quota.take(2), quota.take(2)]).toEqual([0, 0, 0, 1])
})
