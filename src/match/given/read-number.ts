import { types } from 'node:util'
import type { Cell } from '../../tables/column.js'
import { scaledToText, textToScaled } from '../../tables/scaled-number.js'
import { textOf } from './value-text.js'

/** PostgreSQL takes no number with more digits in front of the point; a longer one is no value, but shown as it is. */
const MOST_DIGITS = 131_072

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i

/**
 * A number of any kind as the ledger has it, scaled. Takes texts as PostgreSQL writes and reads them, with an exponent,
 * too; bigint; objects with such a text; and Arrow's decimals, which hold digits without a point.
 *
 * @param digits how many of the digits of Arrow's decimals stand behind the point
 */
export function readNumber(value: unknown, scale: number, digits: number): Cell {
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
