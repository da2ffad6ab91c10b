import type { Column } from '../../tables/column.js'
import { escapeIdentifier } from './quote.js'

/** The type that a column has in the database, as SQL. */
export function storedType({ type, enumType }: Column, schema: string): string {
  return enumType === undefined ? type : `${escapeIdentifier(schema)}.${escapeIdentifier(enumType)}`
}
