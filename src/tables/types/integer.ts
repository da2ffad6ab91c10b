import { textToScaled } from '../scaled-number.js'
import type { CanalType, CellType } from './cell-type.js'
import { exactNumber, numberReader, readNumber } from './number-cells.js'

const DIGITS = /^-?\d+$/

/**
 * Integers of some bytes.
 *
 * @param most the largest; cells are exact up to 2^53
 * @param held the types of the catalog that hold it
 */
function integer(most: number, held: RegExp, canal: CanalType): CellType {
  const least = Number.isSafeInteger(-most - 1) ? -most - 1 : -most
  return {
    expected: (cell) => {
      const fits = Number.isSafeInteger(cell) && (cell as number) >= least && (cell as number) <= most
      return fits ? undefined : `an integer from ${least} to ${most}`
    },
    ofText: (text) => textToScaled(text, 0),
    normal: (text) => (/^[+-]?\d+$/.test(text) ? String(BigInt(text.replace('+', ''))) : undefined),
    reader: (_type, digits) => numberReader(0, digits),
    decode: (value) => {
      // A number beyond 2^53 has lost digits on its way, and is not taken for the value that it was.
      if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'string') return undefined
      const cell = readNumber(value, 0)
      return DIGITS.test(String(cell)) ? cell : undefined
    },
    isHeldBy: (actual) => held.test(actual),
    scale: () => 0,
    isOrdered: true,
    canal: () => canal,
  }
}

export const int2: CellType = integer(0x7fff, /^(?:smallint|integer|bigint)$/, { mysql: 'smallint', sql: 5 })

/** As a clock, in seconds. */
export const int4: CellType = {
  ...integer(0x7fff_ffff, /^(?:integer|bigint)$/, { mysql: 'int', sql: 4 }),
  stamp: (milliseconds) => milliseconds / 1000,
}

const wide = integer(Number.MAX_SAFE_INTEGER, /^bigint$/, { mysql: 'bigint', sql: -5 })

/** `pg` gives it as a text. */
export const int8: CellType = {
  ...wide,
  toPg: String,
  decode: (value, type) => {
    const cell = wide.decode(value, type)
    return cell === undefined ? undefined : String(cell)
  },
  encode: (value, _type, { int8: form }) => (form === 'number' ? exactNumber(String(value)) : String(value)),
  stamp: (milliseconds) => milliseconds,
}
