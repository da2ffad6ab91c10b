import { cidr, inet } from './address.js'
import { arrayOf, elementOf } from './array.js'
import { bits } from './bits.js'
import { bytea } from './bytea.js'
import { float4, float8 } from './float.js'
import { interval } from './interval.js'
import { json } from './json.js'
import type { TextType } from './text-type.js'
import { time } from './time.js'
import { timestamp, timestamptz } from './timestamp.js'
import { unboundedNumeric } from './unbounded-numeric.js'
import { uuid } from './uuid.js'

const types: readonly TextType[] = [
  timestamp,
  timestamptz,
  time,
  interval,
  float4,
  float8,
  unboundedNumeric,
  uuid,
  bytea,
  json,
  inet,
  cidr,
  bits,
]

/** Types whose cells are numbers, truth values, dates, or texts of any kind. */
const SCALAR = /^(?:int2|int4|int8|text|bool|date|numeric\(\d+,\d+\))$/

/** Whether rows can be made for a column of this type. */
export function isColumnType(type: unknown): boolean {
  return typeof type === 'string' && (SCALAR.test(type) || textTypeOf(type) !== undefined)
}

/** The type of a definition's column, if its cells are texts of a form of their own. */
export function textTypeOf(type: string): TextType | undefined {
  if (SCALAR.test(type)) return undefined
  if (!type.endsWith('[]')) return types.find(({ pattern }) => pattern.test(type))
  const element = elementOf(type)
  const known = types.find(({ pattern }) => pattern.test(element))
  return known || SCALAR.test(element) ? arrayOf(known) : undefined
}
