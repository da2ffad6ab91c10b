import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveMix } from '../../../src/plan/mix/mix.js'
import { runs } from '../../support/arbitraries.js'
import { cdcError } from '../../support/cdc-error.js'

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
  [-0.1, [0, '0.5', '`-0.1`']],
  [0.51, [0, '0.5', '`0.51`']],
  [Number.NaN, [0, '0.5', '`NaN`']],
  [Infinity, [0, '0.5', '`Infinity`']],
  [{}, ['sum', '`0/0/0`']],
  [{ insert: 0, update: 0, delete: 0 }, ['sum', '`0/0/0`']],
  [{ insert: 70, update: -1 }, ['`70/-1/0`']],
  [{ insert: Number.NaN }, ['`NaN/0/0`']],
  [{ insert: Infinity }, ['`Infinity/0/0`']],
  [{ insert: Number.MAX_VALUE, update: Number.MAX_VALUE }, ['sum', `\`${Number.MAX_VALUE}/${Number.MAX_VALUE}/0\``]],
  [{ insert: 10, update: 80, delete: 11 }, ['INSERTs', 'DELETEs', '`10/80/11`']],
  [{ delete: 1 }, ['INSERTs', 'DELETEs', '`0/0/1`']],
] as const)('%o is refused', ([ratio, named]) => {
  expect(() => resolveMix(ratio)).toThrow(cdcError('ERR_CDC_OPTIONS', '`ratio`', '--ratio', 'CDC_RATIO', ...named))
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
