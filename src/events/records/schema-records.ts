import type { TableDefinition } from '../../tables/table-definition.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { EventContext } from '../event-context.js'
import { mysqlSource } from '../formats/debezium.js'
import { mysqlTypeOf } from '../mysql-type.js'
import type { EventRecord } from './event-record.js'

/**
 * What the MySQL connector writes to the topic `SERVER` when it begins: a CREATE TABLE for each table.
 * https://debezium.io/documentation/reference/stable/connectors/mysql.html#mysql-schema-change-topic
 */
export function schemaRecords(context: EventContext): EventRecord[] {
  const { server, database, at, tables } = context
  const timestamp = Math.floor(at)
  return tables.map((table) => ({
    topic: server,
    key: JSON.stringify({ databaseName: database }),
    value: JSON.stringify({
      source: mysqlSource(context, table.name, 0, 0),
      ts_ms: timestamp,
      databaseName: database,
      schemaName: null,
      ddl: createTable(table),
      tableChanges: [{ type: 'CREATE', id: `"${database}"."${table.name}"`, table: describe(table) }],
    }),
    headers: {},
    timestamp,
  }))
}

function createTable(table: TableDefinition): string {
  const columns = table.columns.map(
    ({ name, type, nullable = true }) => `\`${name}\` ${mysqlTypeOf(type).mysql}${nullable ? '' : ' NOT NULL'}`,
  )
  const key = keyNames(table).map((name) => `\`${name}\``)
  return `CREATE TABLE \`${table.name}\` (${[...columns, `PRIMARY KEY (${key.join(', ')})`].join(', ')})`
}

function describe(table: TableDefinition): object {
  return {
    defaultCharsetName: 'utf8mb4',
    primaryKeyColumnNames: keyNames(table),
    columns: table.columns.map(({ name, type, nullable = true }, index) => {
      const { mysql, sql } = mysqlTypeOf(type)
      const [, word = mysql, length, scale] = /^(\w+)\((\d+)(?:,(\d+))?\)$/.exec(mysql) ?? []
      return {
        name,
        jdbcType: sql,
        typeName: word.toUpperCase(),
        typeExpression: word.toUpperCase(),
        charsetName: null,
        length: length === undefined ? null : Number(length),
        scale: scale === undefined ? null : Number(scale),
        position: index + 1,
        optional: nullable,
        autoIncremented: false,
        generated: false,
      }
    }),
  }
}
