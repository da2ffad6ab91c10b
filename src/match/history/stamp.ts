import { types } from 'node:util'
import { readMoment } from '../../tables/types/moment.js'
import { textOf } from '../given/value-text.js'

/** A bound of a version: a number, or microseconds since 1970; `open` is after all others. */
export type Stamp = bigint | 'open'

/** A version without an end has NULL there, or a day that nobody will see. */
const NEVER = 9999

/**
 * Reads what a column of bounds holds as drivers give it: integers, Dates, texts of either. What grows may be a count or a time;
 * nobody compares one with the other.
 *
 * @returns undefined for what is neither
 */
export function readStamp(value: unknown): Stamp | undefined {
  if (value === null || value === Number.POSITIVE_INFINITY) return 'open'
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  if (types.isDate(value)) {
    const time = value.getTime()
    if (Number.isNaN(time)) return undefined
    return value.getUTCFullYear() >= NEVER ? 'open' : BigInt(time) * 1000n
  }
  const text = textOf(value).trim()
  if (/^-?\d+$/.test(text)) return BigInt(text)
  if (/^infinity$/i.test(text)) return 'open'
  const moment = readMoment(text)
  if (moment === undefined) return undefined
  return Number(/^\d+/.exec(text)?.[0]) >= NEVER ? 'open' : moment.micros - (moment.offset ?? 0n)
}

/** Less than 0 where one is before the other, 0 for the same. */
export function compareStamps(one: Stamp, other: Stamp): number {
  if (one === other) return 0
  if (one === 'open') return 1
  return other === 'open' || one < other ? -1 : 1
}
