import type { Column } from '../tables/column.js'
import { typeOf } from '../tables/types/cell-types.js'
import type { ColumnShape } from '../database/table-shape.js'

/** Whether a column of the database holds every value of a definition's column unchanged, but for the length of texts. */
export function fits({ type: expected, enumType }: Column, { type: actual, isEnum }: ColumnShape): boolean {
  if (expected === 'text' && (isEnum || enumType !== undefined)) return isEnum
  // Not in arrays, whose items a definition writes as the database does.
  if (expected === 'text' && /^(?:uuid|character(?:\(\d+\))?)$/.test(actual)) return true
  return typeOf(expected).isHeldBy(actual, expected)
}

/** How many characters a column of texts takes; undefined for any number. `character` pads what is shorter. */
export function textLimit(actual: string): { readonly most: number; readonly padded: boolean } | undefined {
  const [, varying, most] = /^character( varying)?\((\d+)\)$/.exec(actual) ?? []
  return most === undefined ? undefined : { most: Number(most), padded: varying === undefined }
}
