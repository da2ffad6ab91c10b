import type { TableDefinition } from '../tables/table-definition.js'
import type { DialectInfo } from './dialect-info.js'
import { dialects } from './dialects.js'

/** The SQL that creates a table. On Cloudberry it is a heap table, distributed by its key. */
export function createTableSql(definition: TableDefinition, schema: string, dialect: DialectInfo['name']): string {
  return dialects[dialect].createTable(definition, schema)
}
