import { types } from 'node:util'
import { textCells } from './text-cells.js'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** `bytea`. */
export const bytea = textCells({
  cells: 'bytes in hexadecimal digits, such as \\xdeadbeef',
  normal: (text) => (/^\\x(?:[0-9a-f]{2})*$/i.test(text) ? text.toLowerCase() : undefined),
  textOf: (value) => {
    if (types.isUint8Array(value)) return `\\x${Buffer.from(value).toString('hex')}`
    return types.isArrayBuffer(value) ? `\\x${Buffer.from(value).toString('hex')}` : undefined
  },
  ofEvent: (value) =>
    typeof value === 'string' && BASE64.test(value) ? `\\x${Buffer.from(value, 'base64').toString('hex')}` : undefined,
  // Canal writes bytes as Latin-1, which is no text to read them from.
  toEvent: (cell, _type, feed) => (feed === 'canal' ? undefined : Buffer.from(cell.slice(2), 'hex').toString('base64')),
  isHeldBy: (actual) => actual === 'bytea',
  canal: () => ({ mysql: 'blob', sql: 2004 }),
})
