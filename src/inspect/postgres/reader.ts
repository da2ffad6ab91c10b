import type { DatabaseClient } from '../../database/client.js'
import type { DialectInfo } from '../../database/dialect-info.js'
import type { SchemaReader } from '../schema-reader.js'
import { readSchema } from './read-schema.js'
import { readTable } from './read-table.js'

/** PostgreSQL, and who has its catalog. */
export function postgresReader(client: DatabaseClient, { name: dialect }: DialectInfo): SchemaReader {
  return {
    content: (schema) => readSchema(client, schema),
    table: (schema, name) => readTable(client, schema, name, dialect),
  }
}
