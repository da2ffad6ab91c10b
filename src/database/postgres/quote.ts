import { escapeIdentifier } from 'pg'

export { escapeIdentifier, escapeLiteral } from 'pg'

/** `schema.table`, quoted. */
export function qualifiedName(schema: string, table: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`
}
