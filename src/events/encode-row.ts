import type { Row } from '../ledger/change.js'
import type { Column } from '../tables/column.js'
import type { PgValue } from '../tables/pg-values.js'
import { isoDate } from '../tables/calendar-date.js'
import { isScaled } from '../tables/scaled-number.js'
import type { Feed } from '../tables/types/text-type.js'
import { textTypeOf } from '../tables/types/text-types.js'
import type { JsonRow } from './event-fields.js'

const DAY = 86_400_000

/** How a format writes values. `int2`, `int4` and `text` are the same in all of them. */
export interface Encoding {
  /** `number` holds as far as JSON numbers are exact; a value beyond is a text. */
  readonly int8: 'number' | 'text'
  /** As `int8`. */
  readonly numeric: 'number' | 'text'
  readonly bool: 'boolean' | 'number'
  /** `days` are those since 1970-01-01. */
  readonly date: 'text' | 'days'
  /** Whose forms all other types have. @default those of PostgreSQL */
  readonly feed?: Feed
}

/** A row in the form in which a format writes it. Values that the row lacks are left out. */
export function encodeRow(columns: readonly Column[], row: Row, encoding: Encoding): JsonRow {
  const encoded: Record<string, JsonRow[string]> = {}
  for (const column of columns) {
    const value = row[column.name]
    if (value !== undefined) encoded[column.name] = encodeValue(column, value, encoding)
  }
  return encoded
}

function encodeValue({ type }: Column, value: PgValue, encoding: Encoding): JsonRow[string] {
  if (value instanceof Date) return encoding.date === 'days' ? epochDay(value) : isoDate(value)
  if (type === 'bool' && value !== null) return encoding.bool === 'number' ? Number(value) : value
  if (typeof value !== 'string' || type === 'text') return value
  if (type === 'int8') return encoding.int8 === 'number' ? exactNumber(value) : value
  if (isScaled(type)) return encoding.numeric === 'number' ? exactNumber(value) : value
  return (encoding.feed && textTypeOf(type)?.toEvent?.(value, type, encoding.feed)) ?? value
}

/** The number that a text stands for, or the text where a number would not be exact. */
export function exactNumber(text: string): number | string {
  const digits = text.replace(/^-?0*/, '').replace('.', '')
  // Every decimal of 15 digits survives the way through a double: https://en.wikipedia.org/wiki/IEEE_754.
  const exact = digits.length <= 15 || (!text.includes('.') && Number.isSafeInteger(Number(text)))
  return exact ? Number(text) : text
}

function epochDay(date: Date): number {
  return Date.parse(`${isoDate(date)}T00:00:00Z`) / DAY
}
