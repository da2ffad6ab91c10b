import { OptionsError } from '../../errors.js'
import type { ScalarType } from '../column.js'
import { cidr, inet } from './address.js'
import { arrayOf, elementOf } from './array.js'
import { bits } from './bits.js'
import { bool } from './bool.js'
import { bytea } from './bytea.js'
import type { CellType } from './cell-type.js'
import { date } from './date.js'
import { float4, float8 } from './float.js'
import { int2, int4, int8 } from './integer.js'
import { interval } from './interval.js'
import { json } from './json.js'
import { scaledNumeric } from './scaled-numeric.js'
import { text } from './text.js'
import { time } from './time.js'
import { timestamp, timestamptz } from './timestamp.js'
import { unboundedNumeric } from './unbounded-numeric.js'
import { uuid } from './uuid.js'

/** The name of a type up to its parenthesis. */
type Head<Type> = Type extends `${infer Name}(${string}` ? `${Name}(` : Type

/** All types. A new one is a file, its line here, and its name in `ScalarType`, for which the compiler asks. */
const types = {
  int2,
  int4,
  int8,
  float4,
  float8,
  numeric: unboundedNumeric,
  'numeric(': scaledNumeric,
  text,
  bool,
  date,
  time,
  'time(': time,
  timestamp,
  'timestamp(': timestamp,
  timestamptz,
  'timestamptz(': timestamptz,
  interval,
  uuid,
  bytea,
  json,
  jsonb: json,
  inet,
  cidr,
  'bit(': bits,
  varbit: bits,
  'varbit(': bits,
} satisfies Record<Head<ScalarType>, CellType>

const byHead: ReadonlyMap<string, CellType> = new Map(Object.entries(types))
const arrays: ReadonlyMap<CellType, CellType> = new Map(Object.values(types).map((type) => [type, arrayOf(type)]))

/** The types in words, for messages. */
export const COLUMN_TYPES = `${Object.entries<CellType>(types)
  .map(([head, { parameters }]) => (head.endsWith('(') ? `${head}${parameters?.words})` : head))
  .join(', ')}, or an array of one of them such as int4[]`

/** What `typeOf` found: it is asked for each value, and there are few names. */
const found = new Map<string, CellType>()

/** The type of a definition's column. */
export function typeOf(type: string): CellType {
  const known = found.get(type)
  if (known) return known
  const own = find(type)
  if (!own) throw new OptionsError(`Expected a type among ${COLUMN_TYPES}, got \`${type}\`.`)
  found.set(type, own)
  return own
}

function find(type: string): CellType | undefined {
  if (type.endsWith('[]')) return arrays.get(typeOf(elementOf(type)))
  return byHead.get(type) ?? byHead.get(type.slice(0, type.indexOf('(') + 1))
}

/** Whether rows can be made for a column of this type. */
export function isColumnType(type: unknown): boolean {
  const [, name, given] = (typeof type === 'string' && /^(\w+)(?:\((.*)\))?(?:\[\])?$/.exec(type)) || []
  if (given === undefined) return byHead.has(name ?? '')
  return byHead.get(`${name}(`)?.parameters?.pattern.test(given) === true
}
