import type { Encoding } from './cell-type.js'
import { textCells } from './text-cells.js'

const WORDS: Readonly<Record<string, string>> = {
  nan: 'NaN',
  infinity: 'Infinity',
  inf: 'Infinity',
  '+infinity': 'Infinity',
  '-infinity': '-Infinity',
  '-inf': '-Infinity',
}
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** `float8`: the shortest text that is this number and no other of 64 bits. */
export const float8 = textCells({
  cells: 'a number as PostgreSQL writes it, such as 0.1, 1e+20 or NaN',
  normal: (text) => {
    const number = read(text)
    return number === undefined ? undefined : write(number, shortestDouble(number), 15)
  },
  toEvent,
  isHeldBy: (actual) => actual === 'double precision',
  canal: () => ({ mysql: 'double', sql: 8 }),
})

/** `float4`: the shortest text that is this number and no other of 32 bits. */
export const float4 = textCells({
  cells: 'a number of 32 bits as PostgreSQL writes it, such as 0.1, 1e+20 or NaN',
  normal: (text) => {
    const number = read(text)
    if (number === undefined) return undefined
    const single = Math.fround(number)
    // What is no number of 32 bits, but for the digits that a text leaves out, is none of this type.
    if (!Number.isFinite(single) && Number.isFinite(number)) return undefined
    return write(single, shortest(single), 6)
  },
  toEvent,
  isHeldBy: (actual) => actual === 'real',
  canal: () => ({ mysql: 'float', sql: 7 }),
})

/** JSON has neither infinities nor NaN. */
function toEvent(cell: string, _type: string, feed: Encoding['feed']): number | undefined {
  const number = Number(cell)
  return feed === 'canal' || !Number.isFinite(number) ? undefined : number
}

function read(text: string): number | undefined {
  const word = WORDS[text.toLowerCase()]
  if (word !== undefined) return Number(word)
  return NUMBER.test(text) ? Number(text) : undefined
}

/** As JavaScript has it, but where that is as near to another number. */
function shortestDouble(number: number): string {
  if (Math.abs(number) < 2 ** 53 || !Number.isFinite(number)) return String(number)
  const texts = [String(number), number.toPrecision(16), number.toPrecision(17)]
  return texts.find((text) => Number(text) === number && !isBetween(text, number, new Float64Array(1))) ?? texts[0]!
}

/**
 * Whether a text is in the middle between a number and the next one: JavaScript reads it as the even one, PostgreSQL leaves
 * that to nobody (https://github.com/postgres/postgres/blob/REL_14_STABLE/src/common/d2s.c). Only of whole numbers that have
 * more bits than the type.
 */
function isBetween(text: string, number: number, cell: Float64Array | Float32Array): boolean {
  if (!Number.isFinite(number) || Math.abs(number) < 2 ** (cell.BYTES_PER_ELEMENT === 4 ? 24 : 53)) return false
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e\+(\d+))?$/.exec(text) ?? []
  if (fraction.length > Number(power)) return false
  const shown = BigInt(`${whole}${fraction}${'0'.repeat(Number(power) - fraction.length)}`)
  cell[0] = Math.abs(number)
  const bits = new BigUint64Array(1)
  new Uint8Array(bits.buffer).set(new Uint8Array(cell.buffer))
  const neighbour = (step: bigint): number => {
    const next = bits.map((value) => value + step)
    new Uint8Array(cell.buffer).set(new Uint8Array(next.buffer, 0, cell.BYTES_PER_ELEMENT))
    return cell[0]!
  }
  const twice = 2n * shown - BigInt(Math.abs(number))
  return [1n, -1n].some((step) => {
    const next = neighbour(step)
    return Number.isFinite(next) && BigInt(next) === twice
  })
}

/** The digits that tell a number of 32 bits from its neighbours; the nearest of those that do. */
function shortest(single: number): string {
  if (!Number.isFinite(single)) return String(single)
  for (let digits = 1; digits < 9; digits++) {
    const text = single.toPrecision(digits)
    if (Math.fround(Number(text)) === single && !isBetween(text, single, new Float32Array(1))) {
      return isTie(single, digits) ? toEven(text) : text
    }
  }
  return single.toPrecision(9)
}

/** Whether a number is in the middle between two texts of so many digits: JavaScript takes the larger one, PostgreSQL the even one. */
function isTie(single: number, digits: number): boolean {
  const exact = single
    .toPrecision(21)
    .replace(/e.*/, '')
    .replaceAll(/[-.]|^0+/g, '')
    .replace(/^0+/, '')
  return /^50*$/.test(exact.slice(digits))
}

function toEven(text: string): string {
  return text.replace(/([13579])((?:e.*)?)$/, (_, digit: string, power: string) => `${Number(digit) - 1}${power}`)
}

/**
 * As PostgreSQL writes what JavaScript writes: with an exponent from 10^15 (10^6 for 32 bits) on, and below 10^−4
 * (https://www.postgresql.org/docs/14/datatype-numeric.html#DATATYPE-FLOAT).
 *
 * @param most the first exponent that is written
 */
function write(number: number, text: string, most: number): string {
  if (!Number.isFinite(number)) return text
  // SQL has one zero, and JSON writes no other.
  if (number === 0) return '0'
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text)!
  const all = `${whole}${fraction}`
  const leading = /^0*/.exec(all)![0].length
  const digits = all.slice(leading).replace(/0+$/, '')
  const exponent = whole.length + Number(power) - leading - 1
  if (exponent >= -4 && exponent < most) return `${sign}${plain(digits, exponent)}`
  const rest = digits.slice(1)
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${sign}${digits[0]}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${size}`
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
