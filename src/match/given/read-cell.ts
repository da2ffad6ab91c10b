import type { Cell, Column } from '../../tables/column.js'
import { scaleOf, scaledToText, textToScaled } from '../../tables/scaled-number.js'
import type { TextType } from '../../tables/types/text-type.js'
import { textTypeOf } from '../../tables/types/text-types.js'
import { textOf } from './value-text.js'
import { types } from 'node:util'

/** Brings a value, as drivers and jobs hand it out, to the form that the ledger has it in. */
type CellReader = (value: unknown) => Cell

/**
 * Takes what drivers give for the column's type, and NULL. What is no value of the type becomes its text, which equals
 * no cell of the ledger and is shown as it was.
 *
 * @param digits how many digits Arrow's decimals have behind the point; undefined for as many as the column
 */
export function cellReader({ type }: Column, digits?: number): CellReader {
  if (type === 'bool') return (value) => (value === null ? null : readBool(value))
  if (type === 'date') return (value) => (value === null ? null : readDay(value))
  if (type === 'text') return (value) => (value === null ? null : textOf(value))
  const textType = textTypeOf(type)
  if (textType) return (value) => (value === null ? null : readText(textType, type, value))
  const scale = scaleOf(type)
  return (value) => {
    if (value === null) return null
    if (typeof value === 'number' && scale === 0 && Number.isInteger(value)) return value === 0 ? 0 : value
    return readNumber(value, scale, digits ?? scale)
  }
}

function readText({ normal, textOf: ownText }: TextType, type: string, value: unknown): string {
  const text = ownText?.(value, type) ?? textOf(value)
  return normal(text, type) ?? text
}

/** `\u0001` and `\0` are MySQL's `bit(1)`, which comes as bytes. */
const TRUE: ReadonlySet<string> = new Set(['true', 't', '1', '\u0001'])
const FALSE: ReadonlySet<string> = new Set(['false', 'f', '0', '\0'])

function readBool(value: unknown): Cell {
  if (typeof value === 'boolean') return value
  const text = textOf(value)
  const lower = text.toLowerCase()
  if (TRUE.has(lower)) return true
  return FALSE.has(lower) ? false : text
}

/** PostgreSQL takes no number with more digits in front of the point; a longer one is no value, but shown as it is. */
const MOST_DIGITS = 131_072

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i

/**
 * A number of any kind as the ledger has it, scaled. Takes texts as PostgreSQL writes and reads them, with an exponent,
 * too; bigint; objects with such a text; and Arrow's decimals, which hold digits without a point.
 *
 * @param digits how many of the digits of Arrow's decimals stand behind the point
 */
function readNumber(value: unknown, scale: number, digits: number): Cell {
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

const DAY_MILLISECONDS = 86_400_000

/** Date, time, zone; a time zone's name in brackets, as Temporal writes it, says nothing more. */
const ISO = /^(\d{4,}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d+)?))? ?(Z|[+-]\d\d(?::?\d\d)?)?(?:\[[^\]]*\])?)?$/i

/**
 * The day that a value of a `date` column stands for, as `YYYY-MM-DD`. Drivers give a day as midnight: some in local time
 * (`pg`), some in UTC. No zone is a whole day apart from UTC, so one instant is never midnight of two different days.
 * Takes texts, Dates, milliseconds and objects that have either; anything else, and any other time of the day, is shown
 * as it is and equals no day.
 */
function readDay(value: unknown): string {
  if (typeof value === 'string') return value.length === 10 ? value : (dayOfText(value) ?? value)
  if (types.isDate(value)) return dayOfInstant(value) ?? showDate(value)
  if (typeof value === 'number' || typeof value === 'bigint') return dayOfInstant(new Date(Number(value))) ?? `${value}`
  const text = textOf(value)
  return dayOfText(text) ?? dayOfObject(value) ?? text
}

/** A text is its day where its own clock shows midnight, whatever its zone; else its instant counts. */
function dayOfText(text: string): string | undefined {
  const parts = ISO.exec(text)
  if (!parts) return dayOfDateText(text)
  const [, day = '', clock = '00:00', seconds = '00', zone] = parts
  if (clock === '00:00' && Number(seconds.replace(',', '.')) === 0) return day
  if (zone === undefined) return undefined
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  return dayOfInstant(new Date(`${day}T${clock}:${seconds.replace(',', '.')}${offset}`))
}

/** As `Date` and Day.js write themselves: `Sat Feb 03 2024 00:00:00 GMT-0500 (…)`. Its own clock counts here, too. */
function dayOfDateText(text: string): string | undefined {
  if (!/\d GMT\b/.test(text)) return undefined
  const own = new Date(text.replace(/GMT.*/, 'GMT'))
  return dayOfInstant(own.getTime() % DAY_MILLISECONDS === 0 ? own : new Date(text))
}

function dayOfInstant(date: Date): string | undefined {
  if (isLocalMidnight(date)) return format(date.getFullYear(), date.getMonth(), date.getDate())
  if (date.getTime() % DAY_MILLISECONDS !== 0) return undefined
  return format(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
}

/** Where summer time skips midnight, the day begins later, and that is what midnight becomes. */
function isLocalMidnight(date: Date): boolean {
  if (date.getHours() === 0) return date.getMinutes() === 0 && date.getSeconds() === 0 && date.getMilliseconds() === 0
  const start = new Date(date)
  return start.setHours(0, 0, 0, 0) === date.getTime()
}

function format(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Day.js and Moment write no ISO text, but are milliseconds by value. */
function dayOfObject(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const primitive: unknown = value.valueOf()
    return typeof primitive === 'number' ? dayOfInstant(new Date(primitive)) : undefined
  } catch {
    // Temporal's objects have no value, so that nobody compares them.
    return undefined
  }
}

function showDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString()
}
