import { scaledToText, scaleOf, textToScaled } from '../scaled-number.js'
import type { CellType } from './cell-type.js'
import { exactNumber, numberReader, readNumber } from './number-cells.js'
import { unboundedNumeric } from './unbounded-numeric.js'

/** `numeric(p,s)`: cells are integers, the value × 10^s. `pg` gives it as a text. */
export const scaledNumeric: CellType = {
  parameters: { pattern: /^\d+,\d+$/, words: 'p,s' },
  expected: (cell, type) => {
    const [precision, scale] = digitsOf(type)
    // Powers of ten beyond 2^53 bound nothing that is a safe integer.
    if (Number.isSafeInteger(cell) && Math.abs(cell as number) < Number(`1e${precision}`)) return undefined
    return `an integer of at most ${Math.min(precision, 15)} digits, which is the value × 10^${scale}`
  },
  ofText: (text, type) => textToScaled(text, scaleOf(type)),
  normal: (text, type) => {
    const scaled = textToScaled(text, scaleOf(type))
    return scaled === undefined ? undefined : scaledToText(scaled, scaleOf(type))
  },
  reader: (type, digits) => numberReader(scaleOf(type), digits),
  toPg: (cell, type) => scaledToText(cell as number, scaleOf(type)),
  decode: (value, type) => {
    if (typeof value !== 'number' && typeof value !== 'string') return undefined
    const cell = readNumber(value, scaleOf(type))
    if (typeof cell === 'number') return scaledToText(cell, scaleOf(type))
    // A number of more digits than the engine counts with, or than the type has, stays the text that it is.
    const text = String(value)
    return /^-?\d+(?:\.\d+)?$/.test(text) ? text : unboundedNumeric.normal(text, type)
  },
  encode: (value, _type, { numeric }) => (numeric === 'number' ? exactNumber(String(value)) : String(value)),
  isHeldBy: (actual, type) => {
    if (actual === 'numeric') return true
    const [precision, scale] = digitsOf(type)
    const [itsPrecision, itsScale] = digitsOf(actual)
    return actual.startsWith('numeric(') && itsScale === scale && itsPrecision >= precision
  },
  scale: scaleOf,
  canal: (type) => ({ mysql: type.replace('numeric', 'decimal'), sql: 3 }),
}

function digitsOf(type: string): readonly [precision: number, scale: number] {
  const [precision = 0, scale = 0] = [...type.matchAll(/\d+/g)].map(Number)
  return [precision, scale]
}
