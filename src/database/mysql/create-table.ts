import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { storedType } from './column-types.js'
import { quoteName, tableName } from './quote.js'

/** The SQL that creates a table. */
export function createTable(definition: TableDefinition, database: string): string {
  const { ddl, name, columns } = definition
  if (ddl !== undefined) return `USE ${quoteName(database)};\n${ddl.replace(/[;\s]+$/, '')}`
  const key = keyNames(definition)
  const defined = columns.map((column) => {
    const isKey = key.includes(column.name)
    const constraint = column.nullable === false || isKey ? ' NOT NULL' : ''
    const stored = storedType(column, isKey, name).ddl
    return `${quoteName(column.name)} ${constraint === '' ? stored : stored.replace(/ NULL$/, '')}${constraint}`
  })
  const body = [...defined, `PRIMARY KEY (${key.map(quoteName).join(', ')})`].join(', ')
  return `CREATE TABLE ${tableName(database, name)} (${body}) ENGINE = InnoDB`
}
