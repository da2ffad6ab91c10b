import type { CellType } from './cell-type.js'
import { textOf } from './value-text.js'

/** In the protocol of PostgreSQL, NUL ends a text; a surrogate without its other half has no UTF-8. */
const NO_TEXT = /[\0\p{Surrogate}]/u

/** `text`, and what is text by another name: `varchar(n)`, `char(n)`, `citext`, enums. */
export const text: CellType = {
  expected: (cell) =>
    typeof cell === 'string' && !NO_TEXT.test(cell) ? undefined : 'a text without NUL and half characters',
  ofText: (given) => given,
  normal: (given) => given,
  reader: () => textOf,
  decode: (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined),
  isHeldBy: (actual) => /^(?:text|(?:.*\.)?citext|character varying(?:\(\d+\))?)$/.test(actual),
}
