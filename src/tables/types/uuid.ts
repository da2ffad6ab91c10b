import { types } from 'node:util'
import { textCells } from './text-cells.js'

const DIGITS = /^[0-9a-f]{32}$/

/** `uuid`. */
export const uuid = textCells({
  cells: 'a uuid in lower case, such as 123e4567-e89b-42d3-a456-426614174000',
  normal: (text) => {
    const digits = text.toLowerCase().replaceAll(/^\{|\}$|-/g, '')
    return DIGITS.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : undefined
  },
  // As BINARY(16) holds it.
  textOf: (value) =>
    types.isUint8Array(value) && value.length === 16 ? Buffer.from(value).toString('hex') : undefined,
  isHeldBy: (actual) => actual === 'uuid',
  canal: () => ({ mysql: 'char(36)', sql: 1 }),
})
