import type { DatabaseClient } from '../../database/client.js'
import type { DialectInfo } from '../../database/dialect-info.js'
import type { SchemaReader } from '../schema-reader.js'
import { readSchema } from './read-schema.js'
import { readTable } from './read-table.js'

/** MySQL and MariaDB; a schema is a database there. */
export function mysqlReader(client: DatabaseClient, { version }: DialectInfo): SchemaReader {
  const isMariadb = version.startsWith('MariaDB')
  return {
    content: (schema) => readSchema(client, schema),
    table: (schema, name) => readTable(client, schema, name, isMariadb),
  }
}
