import { textCells } from './text-cells.js'
import { unboundedNumeric } from './unbounded-numeric.js'

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** JSON of which each string begins with `s`, and each number is a string that begins with `n`. */
type Marked = string | boolean | null | readonly Marked[] | { readonly [key: string]: Marked }

/**
 * `json` and `jsonb`. Both are compared by what they say: a job that reads one and writes the other has copied it. `null` is
 * no cell, because drivers give it as they give NULL.
 */
export const json = textCells({
  cells: 'JSON as `jsonb` writes it, such as {"a": 1, "bc": [true, "x"]}, and not null',
  normal,
  textOf: (value) => {
    if (typeof value === 'string') return normal(value) === undefined ? JSON.stringify(value) : undefined
    if (typeof value !== 'object' || value === null) return undefined
    try {
      return JSON.stringify(value)
    } catch {
      // A circle, or a bigint.
      return undefined
    }
  },
  isHeldBy: (actual, type) => actual === type,
  canal: () => ({ mysql: 'json', sql: 12 }),
})

function normal(text: string): string | undefined {
  const marked = text.replaceAll(TOKEN, (token) => (token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`))
  try {
    const value = JSON.parse(marked) as Marked
    return value === null ? undefined : write(value)
  } catch {
    return undefined
  }
}

/** As `jsonb` does (https://www.postgresql.org/docs/14/datatype-json.html): shorter keys first, of the same length by bytes. */
function write(value: Marked): string {
  if (typeof value === 'string') {
    return value.startsWith('n') ? unboundedNumeric.normal(value.slice(1), 'numeric')! : JSON.stringify(value.slice(1))
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(write).join(', ')}]`
  const members = Object.entries(value).map(([key, inner]) => ({ key: Buffer.from(key.slice(1)), inner }))
  members.sort((one, other) => one.key.length - other.key.length || one.key.compare(other.key))
  return `{${members.map(({ key, inner }) => `${JSON.stringify(key.toString())}: ${write(inner)}`).join(', ')}}`
}

function isList(value: Marked): value is readonly Marked[] {
  return Array.isArray(value)
}
