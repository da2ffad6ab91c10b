import type { Cell, Column } from '../tables/column.js'
import { scaleOf, textToScaled } from '../tables/scaled-number.js'

/** Brings a value, as drivers and jobs hand it out, to the form that the ledger has it in. */
export type CellReader = (value: unknown) => Cell

/**
 * Takes numbers, strings, bigint, Date (its day in local time, as `pg` makes it) and NULL. What is no value of the
 * column's type becomes its text, which equals no cell of the ledger and is shown as it was.
 */
export function cellReader({ type }: Column): CellReader {
  if (type === 'bool') return (value) => (value === null ? null : readBool(value))
  if (type === 'date') return (value) => (value === null ? null : readDate(value))
  if (type === 'text') return (value) => (value === null ? null : textOf(value))
  const scale = scaleOf(type)
  return (value) => {
    if (value === null) return null
    if (typeof value === 'number' && scale === 0 && Number.isInteger(value)) return value === 0 ? 0 : value
    const text = textOf(value)
    return textToScaled(text, scale) ?? longInteger(text, scale) ?? text
  }
}

/** Sums beyond 2^53, as their digits. */
function longInteger(text: string, scale: number): string | undefined {
  const parts = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text)
  const fraction = parts?.[3] ?? ''
  if (!parts || fraction.length > scale) return undefined
  return `${parts[1]}${parts[2]}${fraction.padEnd(scale, '0')}`
}

function readBool(value: unknown): Cell {
  if (value === true || value === 1 || value === 't' || value === 'true') return true
  if (value === false || value === 0 || value === 'f' || value === 'false') return false
  return textOf(value)
}

function readDate(value: unknown): Cell {
  if (!(value instanceof Date)) return textOf(value).replace(/^(\d{4,}-\d\d-\d\d)[T ]00:00:00(\.0+)?Z?$/, '$1')
  const year = String(value.getFullYear()).padStart(4, '0')
  return `${year}-${String(value.getMonth() + 1).padStart(2, '0')}-${String(value.getDate()).padStart(2, '0')}`
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'bigint' || typeof value === 'number'
      ? `${value}`
      : JSON.stringify(value)
}
