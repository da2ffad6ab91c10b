import type { Cell, Column } from '../../tables/column.js'
import { scaleOf } from '../../tables/scaled-number.js'
import type { TextType } from '../../tables/types/text-type.js'
import { textTypeOf } from '../../tables/types/text-types.js'
import { readDay } from './read-day.js'
import { readNumber } from './read-number.js'
import { textOf } from './value-text.js'

/** Brings a value, as drivers and jobs hand it out, to the form that the ledger has it in. */
export type CellReader = (value: unknown) => Cell

/**
 * Takes what drivers give for the column's type, and NULL. What is no value of the type becomes its text, which equals
 * no cell of the ledger and is shown as it was.
 *
 * @param digits how many digits Arrow's decimals have behind the point; undefined for as many as the column
 */
export function cellReader({ type }: Column, digits?: number): CellReader {
  if (type === 'bool') return (value) => (value === null ? null : readBool(value))
  if (type === 'date') return (value) => (value === null ? null : readDay(value))
  if (type === 'text') return (value) => (value === null ? null : textOf(value))
  const textType = textTypeOf(type)
  if (textType) return (value) => (value === null ? null : readText(textType, type, value))
  const scale = scaleOf(type)
  return (value) => {
    if (value === null) return null
    if (typeof value === 'number' && scale === 0 && Number.isInteger(value)) return value === 0 ? 0 : value
    return readNumber(value, scale, digits ?? scale)
  }
}

function readText({ normal, textOf: ownText }: TextType, type: string, value: unknown): string {
  const text = ownText?.(value, type) ?? textOf(value)
  return normal(text, type) ?? text
}

/** `\u0001` and `\0` are MySQL's `bit(1)`, which comes as bytes. */
const TRUE: ReadonlySet<string> = new Set(['true', 't', '1', '\u0001'])
const FALSE: ReadonlySet<string> = new Set(['false', 'f', '0', '\0'])

function readBool(value: unknown): Cell {
  if (typeof value === 'boolean') return value
  const text = textOf(value)
  const lower = text.toLowerCase()
  if (TRUE.has(lower)) return true
  return FALSE.has(lower) ? false : text
}
