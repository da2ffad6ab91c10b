import type { Cell, Column } from '../../tables/column.js'
import { scaledToText, scaleOf } from '../../tables/scaled-number.js'
import { textTypeOf } from '../../tables/types/text-types.js'

/** An array parameter. Numbers are written as PostgreSQL's array text at once; `pg` quotes everything else. */
export function arrayParameter(type: Column['type'], cells: readonly Cell[]): string | readonly Cell[] {
  if (type === 'text' || type === 'bool' || type === 'date' || textTypeOf(type)) return cells
  const scale = scaleOf(type)
  return `{${cells.map((cell) => (cell === null ? 'NULL' : scaledToText(cell as number, scale))).join(',')}}`
}
