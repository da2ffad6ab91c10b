import type { Catalog, KeyRange, Measured, Measuring, SchemaFacts, TableAccess, UniqueIndex } from '../catalog.js'
import type { SqlClient } from '../client.js'
import { TableKey } from '../../tables/keys/table-key.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { inspectSchema } from './inspect-schema.js'
import { ordinalSql } from './key-sql.js'
import { escapeIdentifier, qualifiedName } from './quote.js'

// Expressions of an index have no column, and so no name here.
const UNIQUE = `
  SELECT i.indexrelid::int8::text AS id, c.relname::text AS name,
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) AS columns
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = to_regclass($1) AND i.indisunique`

/** What PostgreSQL and its family say about tables. */
export class PostgresCatalog implements Catalog {
  readonly #client: SqlClient

  constructor(client: SqlClient) {
    this.#client = client
  }

  inspect(schema: string, definitions: readonly TableDefinition[]): Promise<SchemaFacts> {
    return inspectSchema(this.#client, schema, definitions)
  }

  async measure(schema: string, tables: readonly Measuring[]): Promise<readonly Measured[]> {
    const parts = tables.map(({ definition, columns }, place) => {
      const numbers = [ordinalSql(new TableKey(definition)), ...columns.map(escapeIdentifier)]
      const maxima = numbers.map((number) => `max(${number})::text`)
      const table = qualifiedName(schema, definition.name)
      return `SELECT ${place} AS place, count(*)::text AS count, ARRAY[${maxima.join(', ')}] AS maxima FROM ${table}`
    })
    const { rows } = await this.#client.query<{ count: string; maxima: readonly (string | null)[] }>(
      `${parts.join(' UNION ALL ')} ORDER BY 1`,
    )
    return rows.map(({ count, maxima }) => ({ count: Number(count), maxima }))
  }

  async hasRows(schema: string, definition: TableDefinition, { above, upTo }: KeyRange): Promise<boolean> {
    const key = ordinalSql(new TableKey(definition))
    const table = qualifiedName(schema, definition.name)
    const end = upTo === undefined ? '' : ` AND ${key} <= ${upTo}`
    const { rows } = await this.#client.query(`SELECT 1 FROM ${table} WHERE ${key} > ${above}${end} LIMIT 1`)
    return rows.length > 0
  }

  async areEmpty(schema: string, definitions: readonly TableDefinition[]): Promise<boolean> {
    const empty = definitions.map(({ name, columns }) => {
      const names = columns.map((column) => escapeIdentifier(column.name))
      return `NOT EXISTS (SELECT ${names.join(', ')} FROM ${qualifiedName(schema, name)})`
    })
    const { rows } = await this.#client.query<{ empty: boolean }>(`SELECT ${empty.join(' AND ')} AS empty`)
    return rows[0]?.empty === true
  }

  async access(schema: string, table: string): Promise<TableAccess> {
    const { rows } = await this.#client.query<{ readable: boolean | null; secured: boolean | null }>(
      `SELECT has_table_privilege(to_regclass($1), 'SELECT') AS readable, row_security_active(to_regclass($1)) AS secured`,
      [qualifiedName(schema, table)],
    )
    const { readable = null, secured = null } = rows[0] ?? {}
    return { readable, secured: secured === true }
  }

  async uniqueIndexes(schema: string, table: string): Promise<readonly UniqueIndex[]> {
    return (await this.#client.query<UniqueIndex>(UNIQUE, [qualifiedName(schema, table)])).rows
  }
}
