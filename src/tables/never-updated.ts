import { keyNames } from './keys/key-column.js'
import type { TableDefinition } from './table-definition.js'

/**
 * Whether no UPDATE can come to a table: every column is one of its key, or says `recomputed: false`. Where a column says
 * nothing, it may have been forgotten.
 */
export function isNeverUpdated(definition: Pick<TableDefinition, 'columns' | 'key'>): boolean {
  const key = keyNames(definition)
  return definition.columns.every(({ name, recomputed }) => key.includes(name) || recomputed === false)
}
