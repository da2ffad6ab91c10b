import type { SqlClient } from '../../database/client.js'
import type { SchemaContent } from '../schema-reader.js'

/** As MySQL and MariaDB call what a stream can write to; MariaDB's sequences are tables, too. */
const TABLES = ['BASE TABLE', 'SYSTEM VERSIONED']

/** What is in a database; undefined when there is none of that name. */
export async function readSchema(client: SqlClient, schema: string): Promise<SchemaContent | undefined> {
  const { rows: found } = await client.query(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?',
    [schema],
  )
  if (found.length === 0) return undefined
  const { rows } = await client.query<{ name: string; kind: string }>(
    'SELECT TABLE_NAME AS name, TABLE_TYPE AS kind FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY 1',
    [schema],
  )
  return {
    tables: rows.filter(({ kind }) => TABLES.includes(kind)).map(({ name }) => name),
    others: rows.filter(({ kind }) => kind.endsWith('VIEW')).map(({ name }) => ({ name, kind: 'view' })),
  }
}
