import type { Column } from './column.js'
import { typeOf } from './types/cell-types.js'

/** What a cell of this column is expected to be, in words, if `cell` is something else; else undefined. */
export function expectedCell({ type, nullable }: Column, cell: unknown): string | undefined {
  if (cell !== null) return typeOf(type).expected(cell, type)
  return nullable === false ? 'a value, because its definition says `nullable: false`' : undefined
}
