import { types } from 'node:util'
import type { Cell } from '../column.js'
import { scaledToText, textToScaled } from '../scaled-number.js'
import { textOf } from './value-text.js'

/** PostgreSQL takes no number with more digits in front of the point; a longer one is no value, but shown as it is. */
const MOST_DIGITS = 131_072

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i

/** Reads numbers of any kind as the ledger has them, scaled by 10^scale. */
export function numberReader(scale: number, digits: number = scale): (value: unknown) => Cell {
  return (value) => {
    if (typeof value === 'number' && scale === 0 && Number.isInteger(value)) return value === 0 ? 0 : value
    return readNumber(value, scale, digits)
  }
}

/**
 * Takes texts as PostgreSQL writes and reads them, with an exponent, too; bigint; objects with such a text; and Arrow's
 * decimals, which hold digits without a point. Of what is beyond 2^53 the digits are left, and any other text as it is.
 *
 * @param digits how many of the digits of Arrow's decimals stand behind the point
 */
export function readNumber(value: unknown, scale: number, digits: number = scale): Cell {
  // Nearly all of them are texts, and there are millions.
  const text =
    typeof value === 'string' ? value : types.isUint32Array(value) ? arrowDecimal(value, digits) : textOf(value)
  return textToScaled(text, scale) ?? unusual(text, scale) ?? text
}

/** Words of 32 bits, the lowest first, in two's complement. */
function arrowDecimal(words: Uint32Array, scale: number): string {
  const digits = words.reduceRight((high, word) => (high << 32n) | BigInt(word), 0n)
  return scaledToText(BigInt.asIntN(32 * words.length, digits), scale)
}

/** What is rare among millions of numbers: exponents, and sums beyond 2^53, which are kept as their digits. */
function unusual(text: string, scale: number): Cell | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const point = whole.length + Number(exponent)
  const digits = `${whole}${fraction}`
  if (digits === '' || Math.abs(point) > MOST_DIGITS) return undefined
  const [before, after] =
    point < 0 ? ['', digits.padStart(digits.length - point, '0')] : [digits.slice(0, point), digits.slice(point)]
  const kept = after.replace(/0+$/, '')
  if (kept.length > scale) return undefined
  const all = `${before.padEnd(point, '0')}${kept.padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '')
  const number = Number(`${sign}${all}`)
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number
  return `${sign === '-' ? '-' : ''}${all}`
}

/** The number that a text stands for, or the text where a number would not be exact. */
export function exactNumber(text: string): number | string {
  const digits = text.replace(/^-?0*/, '').replace('.', '')
  // Every decimal of 15 digits survives the way through a double: https://en.wikipedia.org/wiki/IEEE_754.
  const exact = digits.length <= 15 || (!text.includes('.') && Number.isSafeInteger(Number(text)))
  return exact ? Number(text) : text
}
