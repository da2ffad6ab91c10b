import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OptionsError } from '../../src/errors.js'
import { resolveMix } from '../../src/plan/mix.js'
import { runs } from '../support/arbitraries.js'

test('the default is by windows, a number is half UPDATEs and half DELETEs', () => {
  expect(resolveMix(undefined)).toEqual({ kind: 'windows' })
  expect(resolveMix(0)).toEqual({ kind: 'shares', insert: 1, update: 0, delete: 0 })
  expect(resolveMix(0.5)).toEqual({ kind: 'shares', insert: 0.5, update: 0.25, delete: 0.25 })
})

test('weights are shares of their sum', () => {
  expect(resolveMix({ insert: 70, update: 20, delete: 10 })).toEqual({
    kind: 'shares',
    insert: 0.7,
    update: 0.2,
    delete: 0.1,
  })
  expect(resolveMix({ update: 3 })).toEqual({ kind: 'shares', insert: 0, update: 1, delete: 0 })
  expect(resolveMix({ insert: 1e-3, delete: 1e-3 })).toEqual({ kind: 'shares', insert: 0.5, update: 0, delete: 0.5 })
})

test.for([
  [-0.1, 'Expected `ratio` to be a number from 0 to 0.5, got `-0.1`'],
  [0.51, 'Expected `ratio` to be a number from 0 to 0.5, got `0.51`'],
  [Number.NaN, 'Expected `ratio` to be a number from 0 to 0.5, got `NaN`'],
  [Infinity, 'Expected `ratio` to be a number from 0 to 0.5, got `Infinity`'],
  [{}, 'to have a sum above 0, got `0/0/0`'],
  [{ insert: 0, update: 0, delete: 0 }, 'to have a sum above 0, got `0/0/0`'],
  [{ insert: 70, update: -1 }, 'to be numbers ≥ 0, got `70/-1/0`'],
  [{ insert: Number.NaN }, 'to be numbers ≥ 0, got `NaN/0/0`'],
  [{ insert: Infinity }, 'to be numbers ≥ 0, got `Infinity/0/0`'],
  [{ insert: Number.MAX_VALUE, update: Number.MAX_VALUE }, 'to have a sum above 0'],
  [{ insert: 10, update: 80, delete: 11 }, 'at least as many INSERTs as DELETEs, got `10/80/11`'],
  [{ delete: 1 }, 'at least as many INSERTs as DELETEs, got `0/0/1`'],
] as const)('%o is refused', ([ratio, message]) => {
  expect(() => resolveMix(ratio)).toThrow(OptionsError)
  expect(() => resolveMix(ratio)).toThrow(message)
  expect(() => resolveMix(ratio)).toThrow(/Set --ratio or CDC_RATIO\.$/)
})

test('shares add up to one', () => {
  const weight = fc.double({ min: 0, max: 1e6, noNaN: true })
  const property = fc.property(weight, weight, weight, (insert, update, deleted) => {
    fc.pre(deleted <= insert && insert + update > 1e-6)
    const mix = resolveMix({ insert, update, delete: deleted })
    if (mix.kind !== 'shares') throw new Error('no shares')
    expect(mix.insert + mix.update + mix.delete).toBeCloseTo(1, 12)
    expect(mix.delete).toBeLessThanOrEqual(mix.insert)
  })
  fc.assert(property, runs(300))
})
