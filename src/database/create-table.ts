import type { TableDefinition } from '../tables/table-definition.js'
import type { DialectInfo } from './dialect-info.js'
import { dialects } from './dialects.js'
import { escapeIdentifier, qualifiedName } from './postgres/quote.js'
import { storedType } from './postgres/statements.js'

/** The SQL that creates a table, as one transaction. On Cloudberry it is a heap table, distributed by its key. */
export function createTableSql(definition: TableDefinition, schema: string, dialect: DialectInfo['name']): string {
  const { ddl } = definition
  if (ddl !== undefined) return `SET LOCAL search_path = ${escapeIdentifier(schema)};\n${ddl.replace(/[;\s]+$/, '')}`
  const key = escapeIdentifier(definition.key)
  const columns = definition.columns.map((column) => {
    const constraint = column.nullable === false && column.name !== definition.key ? ' NOT NULL' : ''
    return `${escapeIdentifier(column.name)} ${storedType(column, schema)}${constraint}`
  })
  const body = [...columns, `PRIMARY KEY (${key})`].join(', ')
  return `CREATE TABLE ${qualifiedName(schema, definition.name)} (${body})${dialects[dialect].tableClause(key)}`
}
