import { inspect, types } from 'node:util'

/** The text of any value that a driver or a job hands out. It never throws: JSON has no BigInt and no circles. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  const own = ownText(value)
  if (own !== undefined) return own
  try {
    return JSON.stringify(value) ?? inspect(value)
  } catch {
    return inspect(value, { breakLength: Infinity })
  }
}

/**
 * The text of a value object that has one of its own: decimal.js, DuckDB's values, Temporal. Undefined for plain objects,
 * lists and dates: what JavaScript makes of those by itself says nothing (`[object Object]`) or too much (`[5]` is `5`).
 */
function ownText(value: object): string | undefined {
  if (Array.isArray(value) || types.isDate(value)) return undefined
  if (types.isUint8Array(value)) return Buffer.from(value).toString()
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- whether there is another one is the question
    const text = String(value)
    if (!text.startsWith('[object ')) return text
  } catch {
    // An object without a prototype, or a `toString` that throws.
    return undefined
  }
  // A class around one value, as BigQuery has for dates.
  const isPlain = Object.getPrototypeOf(value) === Object.prototype
  const inner: unknown = 'value' in value && !isPlain ? value.value : undefined
  return typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'bigint' ? String(inner) : undefined
}

/** What kind of value this is in JavaScript, for a message: `string`, `Date`, `DuckDBDecimalValue`. */
export function typeName(value: unknown): string {
  if (typeof value !== 'object') return typeof value
  if (value === null) return 'null'
  const { constructor } = value
  // One letter is the name of a minified class.
  return typeof constructor === 'function' && constructor.name.length > 1 ? constructor.name : 'object'
}
