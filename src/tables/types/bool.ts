import type { CellType } from './cell-type.js'
import { textOf } from './value-text.js'

/** `\u0001` and `\0` are MySQL's `bit(1)`, which comes as bytes. */
const TRUE: ReadonlySet<string> = new Set(['true', 't', '1', '\u0001'])
const FALSE: ReadonlySet<string> = new Set(['false', 'f', '0', '\0'])

/** `bool`: cells are truth values. */
export const bool: CellType = {
  expected: (cell) => (typeof cell === 'boolean' ? undefined : 'true or false'),
  ofText: (text) => text === 't',
  normal: (text) => {
    const value = read(text)
    return typeof value === 'boolean' ? (value ? 't' : 'f') : undefined
  },
  reader: () => read,
  decode: (value) => {
    const found = read(value)
    return typeof found === 'boolean' ? found : undefined
  },
  encode: (value, _type, { bool: form }) => (form === 'number' ? Number(value) : Boolean(value)),
  isHeldBy: (actual) => actual === 'boolean',
  canal: () => ({ mysql: 'tinyint(1)', sql: -6 }),
}

function read(value: unknown): boolean | string {
  if (typeof value === 'boolean') return value
  const text = textOf(value)
  const lower = text.toLowerCase()
  if (TRUE.has(lower)) return true
  return FALSE.has(lower) ? false : text
}
