import type { Column } from '../tables/column.js'
import { textTypeOf } from '../tables/types/text-types.js'
import type { ColumnShape } from './table-shape.js'

const WIDTHS: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8, smallint: 2, integer: 4, bigint: 8 }

/** Whether a column of the database holds every value of a definition's column unchanged, but for the length of texts. */
export function fits({ type: expected, enumType }: Column, { type: actual, isEnum }: ColumnShape): boolean {
  switch (expected) {
    case 'int2':
    case 'int4':
    case 'int8':
      return (WIDTHS[actual] ?? 0) >= (WIDTHS[expected] ?? 0)
    case 'text':
      return enumType === undefined ? isEnum || isText(actual) : isEnum
    case 'bool':
      return actual === 'boolean'
    case 'date':
      return actual === 'date'
    default:
      return textTypeOf(expected)?.isHeldBy(actual, expected) ?? numericFits(expected, actual)
  }
}

function isText(actual: string): boolean {
  return (
    actual === 'text' ||
    /(?:^|\.)citext$/.test(actual) ||
    actual === 'uuid' ||
    /^character(?: varying)?(?:\(\d+\))?$/.test(actual)
  )
}

/** How many characters a column of texts takes; undefined for any number. `character` pads what is shorter. */
export function textLimit(actual: string): { readonly most: number; readonly padded: boolean } | undefined {
  const [, varying, most] = /^character( varying)?\((\d+)\)$/.exec(actual) ?? []
  return most === undefined ? undefined : { most: Number(most), padded: varying === undefined }
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
