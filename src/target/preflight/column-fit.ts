import type { ColumnType } from '../../tables/column.js'

const WIDTHS: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8, smallint: 2, integer: 4, bigint: 8 }

/** Whether a column of type `actual`, as `format_type` writes it, holds every value of type `expected` unchanged. */
export function fits(expected: ColumnType, actual: string): boolean {
  switch (expected) {
    case 'int2':
    case 'int4':
    case 'int8':
      return (WIDTHS[actual] ?? 0) >= (WIDTHS[expected] ?? 0)
    case 'text':
      return actual === 'text' || actual.startsWith('character varying')
    case 'bool':
      return actual === 'boolean'
    case 'date':
      return actual === 'date'
    default:
      return numericFits(expected, actual)
  }
}

function numericFits(expected: string, actual: string): boolean {
  if (actual === 'numeric') return true
  const [precision = 0, scale = 0] = digits(expected)
  const [actualPrecision = 0, actualScale = 0] = digits(actual)
  return actual.startsWith('numeric(') && actualScale === scale && actualPrecision >= precision
}

function digits(type: string): readonly number[] {
  return [...type.matchAll(/\d+/g)].map(([number]) => Number(number))
}
