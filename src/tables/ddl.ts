import { escapeIdentifier } from 'pg'
import type { TableDefinition } from './table-definition.js'

/** The statement that creates a table. On Cloudberry it is a heap table, distributed by its key. */
export function createTableSql(
  definition: TableDefinition,
  schema: string,
  dialect: 'postgres' | 'cloudberry',
): string {
  const key = escapeIdentifier(definition.key)
  const columns = definition.columns.map(({ name, type, nullable }) => {
    const constraint = nullable === false && name !== definition.key ? ' NOT NULL' : ''
    return `${escapeIdentifier(name)} ${type}${constraint}`
  })
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(definition.name)}`
  const storage = dialect === 'cloudberry' ? ` USING heap DISTRIBUTED BY (${key})` : ''
  return `CREATE TABLE ${table} (${[...columns, `PRIMARY KEY (${key})`].join(', ')})${storage}`
}
