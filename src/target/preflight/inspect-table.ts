import type { ClientBase } from 'pg'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { ColumnShape, TableShape } from './table-shape.js'

// On Greenplum and Cloudberry a query must not join the catalog with tables of users: these only read the catalog.
const TABLE = `
  SELECT c.oid::int8::text AS oid, c.relkind::text AS kind, coalesce(a.amname::text, '') AS storage,
         ARRAY(SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p
               WHERE NOT has_table_privilege(c.oid, p)) AS missing
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
   WHERE n.nspname = $1 AND c.relname = $2`

const COLUMNS = `
  SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull",
         (atthasdef OR attidentity <> '') AS filled, attgenerated <> '' AS generated
    FROM pg_catalog.pg_attribute
   WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped
   ORDER BY attnum`

const INDEXES = `
  SELECT bool_or(true) AS indexed, bool_or(i.indisunique AND i.indnkeyatts = 1) AS unique
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = i.indkey[0]
   WHERE i.indrelid = $1::oid AND k.attname = $2 AND i.indisvalid AND i.indpred IS NULL`

/** Reads what the catalog says about a table; undefined when there is none of that name. */
export async function inspectTable(
  client: ClientBase,
  schema: string,
  definition: TableDefinition,
): Promise<TableShape | undefined> {
  const { rows } = await client.query<{ oid: string; kind: string; storage: string; missing: string[] }>(TABLE, [
    schema,
    definition.name,
  ])
  const table = rows[0]
  if (table === undefined) return undefined
  const columns = await client.query<ColumnShape>(COLUMNS, [table.oid])
  const indexes = await client.query<{ indexed: boolean | null; unique: boolean | null }>(INDEXES, [
    table.oid,
    definition.key,
  ])
  return {
    oid: Number(table.oid),
    kind: table.kind,
    storage: table.storage,
    columns: columns.rows,
    keyIndexed: indexes.rows[0]?.indexed ?? false,
    keyUnique: indexes.rows[0]?.unique ?? false,
    missingPrivileges: table.missing,
  }
}
