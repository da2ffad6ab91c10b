import { escapeIdentifier } from 'pg'
import type { Column } from '../../tables/column.js'
import type { TableDefinition } from '../../tables/table-definition.js'

/** The SQL that creates a table, as one transaction. On Cloudberry it is a heap table, distributed by its key. */
export function createTableSql(
  definition: TableDefinition,
  schema: string,
  dialect: 'postgres' | 'cloudberry',
): string {
  const { ddl } = definition
  if (ddl !== undefined) return `SET LOCAL search_path = ${escapeIdentifier(schema)};\n${ddl.replace(/[;\s]+$/, '')}`
  const key = escapeIdentifier(definition.key)
  const columns = definition.columns.map((column) => {
    const constraint = column.nullable === false && column.name !== definition.key ? ' NOT NULL' : ''
    return `${escapeIdentifier(column.name)} ${storedType(column, schema)}${constraint}`
  })
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(definition.name)}`
  const storage = dialect === 'cloudberry' ? ` USING heap DISTRIBUTED BY (${key})` : ''
  return `CREATE TABLE ${table} (${[...columns, `PRIMARY KEY (${key})`].join(', ')})${storage}`
}

/** The type that a column has in the database, as SQL. */
export function storedType({ type, enumType }: Column, schema: string): string {
  return enumType === undefined ? type : `${escapeIdentifier(schema)}.${escapeIdentifier(enumType)}`
}
