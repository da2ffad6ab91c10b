import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaledToText, scaleOf, textToScaled } from '../../src/tables/scaled-number.js'
import { runs } from '../support/arbitraries.js'

test('text and back', () => {
  const property = fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 18 }), (value, scale) => {
    const text = scaledToText(value, scale)
    expect(text).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?(0|[1-9]\\d*)\\.\\d{${scale}}$`))
    expect(textToScaled(text, scale)).toBe(value)
    expect(BigInt(text.replace('.', ''))).toBe(BigInt(value))
    // A column of a larger scale holds the same number with more zeros.
    expect(textToScaled(scale === 0 ? `${text}.000` : `${text}000`, scale)).toBe(value)
  })
  fc.assert(property, runs(2000))
})

test.for([
  [0, 2, '0.00'],
  [5, 2, '0.05'],
  [-5, 2, '-0.05'],
  [-0, 2, '0.00'],
  [1234, 2, '12.34'],
  [-9_999_999, 2, '-99999.99'],
  [7, 0, '7'],
  [12_345, 4, '1.2345'],
  [1, 18, '0.000000000000000001'],
] as const)('%d with %d digits is %s', ([value, scale, text]) => {
  expect(scaledToText(value, scale)).toBe(text)
})

test.for([
  ['12.345', 2],
  ['9007199254740992', 0],
  ['90071992547409.93', 2],
  ['NaN', 2],
  ['Infinity', 2],
  ['', 2],
  ['1e3', 2],
] as const)('%s with %d digits is beyond what cells hold', ([text, scale]) => {
  expect(textToScaled(text, scale)).toBeUndefined()
})

test('-0 is 0, and fewer digits are as many zeros', () => {
  expect(Object.is(textToScaled('-0.00', 2), 0)).toBe(true)
  expect(textToScaled('1', 2)).toBe(100)
  expect(textToScaled('1.5', 2)).toBe(150)
})

test('the scale of a type', () => {
  expect(['numeric(7,2)', 'numeric(12,0)', 'int8', 'text'].map(scaleOf)).toEqual([2, 0, 0, 0])
})
