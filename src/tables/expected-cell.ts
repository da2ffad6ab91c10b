import { isCalendarDate } from './calendar-date.js'
import type { Column } from './column.js'
import { scaleOf } from './scaled-number.js'
import type { TextType } from './types/text-type.js'
import { textTypeOf } from './types/text-types.js'

/** In the protocol of PostgreSQL, NUL ends a text; a surrogate without its other half has no UTF-8. */
const NO_TEXT = /[\0\p{Surrogate}]/u

const INTEGERS = { int2: 0x7fff, int4: 0x7fff_ffff, int8: Number.MAX_SAFE_INTEGER } as const

/** What a cell of this column is expected to be, in words, if `cell` is something else; else undefined. */
export function expectedCell(column: Column, cell: unknown): string | undefined {
  const { type, nullable } = column
  if (cell === null) return nullable === false ? 'a value, because its definition says `nullable: false`' : undefined
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8': {
      const most = INTEGERS[type]
      const least = type === 'int8' ? -most : -most - 1
      return isWhole(cell) && cell >= least && cell <= most ? undefined : `an integer from ${least} to ${most}`
    }
    case 'text':
      return typeof cell === 'string' && !NO_TEXT.test(cell) ? undefined : 'a text without NUL and half characters'
    case 'bool':
      return typeof cell === 'boolean' ? undefined : 'true or false'
    case 'date':
      return typeof cell === 'string' && isCalendarDate(cell) ? undefined : 'a date as the text YYYY-MM-DD'
    default: {
      const textType = textTypeOf(type)
      if (textType) return expectedText(textType, type, cell)
      return isScaled(type, cell) ? undefined : describeScaled(type)
    }
  }
}

function expectedText({ cells, normal }: TextType, type: string, cell: unknown): string | undefined {
  if (typeof cell !== 'string') return cells
  const text = normal(cell, type)
  if (text === cell) return undefined
  return text === undefined ? cells : `${cells}; this one is written ${text}`
}

const isWhole = (cell: unknown): cell is number => Number.isSafeInteger(cell)

const precisionOf = (type: string): number => Number(/\d+/.exec(type)?.[0])

/** Powers of ten beyond 2^53 bound nothing that is a safe integer. */
function isScaled(type: string, cell: unknown): boolean {
  return isWhole(cell) && Math.abs(cell) < Number(`1e${precisionOf(type)}`)
}

function describeScaled(type: string): string {
  const [precision, scale] = [precisionOf(type), scaleOf(type)]
  return `an integer of at most ${Math.min(precision, 15)} digits, which is the value × 10^${scale}`
}
