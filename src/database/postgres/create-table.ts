import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { escapeIdentifier, qualifiedName } from './quote.js'
import { storedType } from './stored-type.js'

/** SQL to be run by hand: all of it or nothing. */
export function createScript(schema: string, tables: readonly string[]): readonly string[] {
  return ['BEGIN', `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`, ...tables, 'COMMIT']
}

/**
 * The SQL that creates a table, as one transaction.
 *
 * @param clause what ends CREATE TABLE, given the quoted columns of the key
 */
export function createTable(
  definition: TableDefinition,
  schema: string,
  clause: (key: string) => string = () => '',
): string {
  const { ddl } = definition
  if (ddl !== undefined) return `SET LOCAL search_path = ${escapeIdentifier(schema)};\n${ddl.replace(/[;\s]+$/, '')}`
  const names = keyNames(definition)
  const key = names.map((name) => escapeIdentifier(name)).join(', ')
  const columns = definition.columns.map((column) => {
    const constraint = column.nullable === false && !names.includes(column.name) ? ' NOT NULL' : ''
    return `${escapeIdentifier(column.name)} ${storedType(column, schema)}${constraint}`
  })
  const body = [...columns, `PRIMARY KEY (${key})`].join(', ')
  return `CREATE TABLE ${qualifiedName(schema, definition.name)} (${body})${clause(key)}`
}
