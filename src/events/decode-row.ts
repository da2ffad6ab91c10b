import type { Column } from '../tables/column.js'
import { type PgValue, toPgValue } from '../tables/pg-values.js'
import { scaleOf, textToScaled } from '../tables/scaled-number.js'
import type { TextType } from '../tables/types/text-type.js'
import { textTypeOf } from '../tables/types/text-types.js'
import type { CapturedRow } from './captured-change.js'

const DAY = 86_400_000

/**
 * Brings the values of known columns to what `pg` returns for them, from whatever a format makes of them.
 *
 * @param refuse throws for a value that cannot be one of its column
 */
export function decodeRow(
  columns: ReadonlyMap<string, Column>,
  row: CapturedRow,
  refuse: (column: Column, value: unknown) => never,
): CapturedRow {
  const decoded = Object.entries(row).map(([name, value]) => {
    const column = columns.get(name)
    if (!column) return [name, value] as const
    const found = decodeValue(column, value)
    return [name, found === undefined ? refuse(column, value) : found] as const
  })
  return Object.fromEntries(decoded)
}

function decodeValue(column: Column, value: CapturedRow[string]): PgValue | undefined {
  if (value === null) return null
  if (value instanceof Date && (column.type === 'date' || !textTypeOf(column.type))) return value
  const text = typeof value === 'number' ? numberText(value) : value
  if (column.type === 'bool') return bools.get(value)
  const textType = textTypeOf(column.type)
  if (textType) return decodeText(textType, column.type, value)
  if (typeof text !== 'string') return undefined
  if (column.type === 'text') return text
  if (column.type === 'date') return decodeDate(column, value)
  const plain = withoutExponent(text)
  if (column.type === 'int8') return decodeInt8(typeof value === 'number' ? value : plain)
  if (column.type === 'int2' || column.type === 'int4') return /^-?\d+$/.test(plain) ? Number(plain) : undefined
  const scaled = textToScaled(plain, scaleOf(column.type))
  // A number of more digits than the engine counts with stays the text that it is.
  if (scaled === undefined) return /^-?\d+(\.\d+)?$/.test(plain) ? plain : undefined
  return toPgValue(column, scaled)
}

/** The cell of what a feed made of a value; what is none of the type stays the text that it is, for the comparison to say so. */
function decodeText(textType: TextType, type: string, value: CapturedRow[string]): string {
  const { normal, ofEvent, textOf } = textType
  if (typeof value === 'string') return normal(value, type) ?? ofEvented() ?? value
  const text =
    ofEvented() ?? textOf?.(value, type) ?? (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return normal(text, type) ?? text

  function ofEvented(): string | undefined {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    const text = isScalar ? ofEvent?.(value, type) : undefined
    return text === undefined ? undefined : normal(text, type)
  }
}

/** Texts of numbers as some tools write them, such as `2.45147e+06`: it is for the comparison to say what they lack. */
function withoutExponent(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d*))?e([+-]?\d{1,3})$/i.exec(text) ?? []
  if (exponent === undefined) return text
  const digits = `${whole}${fraction}`
  const point = whole.length + Number(exponent)
  const before =
    digits
      .slice(0, Math.max(0, point))
      .padEnd(point, '0')
      .replace(/^0+(?=\d)/, '') || '0'
  const after = `${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`.replace(/0+$/, '')
  return `${sign}${before}${after === '' ? '' : `.${after}`}`
}

function numberText(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  if (Number.isInteger(value)) return BigInt(value).toString()
  // `toFixed` has up to 100 digits; a number that is written with fewer is no value of a column.
  const [, digits = '', exponent = ''] = /^-?\d(?:\.(\d+))?e-(\d+)$/.exec(text) ?? []
  return value.toFixed(Math.min(digits.length + Number(exponent), 100))
}

/** A number beyond 2^53 has lost digits on its way, and is not taken for the value that it was. */
function decodeInt8(value: CapturedRow[string]): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value).toString() : undefined
}

/** The ways in which formats and drivers write a truth value. */
const bools: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 1, '1', 't', 'true'].map((value) => [value, true] as const),
  ...[false, 0, '0', 'f', 'false'].map((value) => [value, false] as const),
])

/** A number is that of days since 1970-01-01, as Debezium writes dates. A text can end with the zone UTC, or as midnight. */
function decodeDate(column: Column, value: unknown): PgValue | undefined {
  const text = typeof value === 'number' ? dayText(value) : value
  const day =
    typeof text === 'string' ? /^(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?$/.exec(text)?.[1] : undefined
  return day === undefined ? undefined : toPgValue(column, day)
}

function dayText(days: number): string | undefined {
  const date = new Date(days * DAY)
  return Number.isInteger(days) && !Number.isNaN(date.getTime()) ? date.toISOString().slice(0, 10) : undefined
}
