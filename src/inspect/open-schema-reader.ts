import type { DatabaseClient } from '../database/client.js'
import type { DialectInfo } from '../database/dialect-info.js'
import { mysqlReader } from './mysql/reader.js'
import { postgresReader } from './postgres/reader.js'
import type { SchemaReader } from './schema-reader.js'

const readers: Readonly<Record<DialectInfo['name'], (client: DatabaseClient, info: DialectInfo) => SchemaReader>> = {
  postgres: postgresReader,
  cloudberry: postgresReader,
  mysql: mysqlReader,
}

/** The reader of a session's dialect. */
export async function openSchemaReader(client: DatabaseClient): Promise<SchemaReader> {
  const info = await client.describe()
  return readers[info.name](client, info)
}
