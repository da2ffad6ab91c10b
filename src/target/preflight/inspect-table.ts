import type { ClientBase } from 'pg'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { ColumnShape, TableShape } from './table-shape.js'

// On Greenplum and Cloudberry a query must not join the catalog with tables of users: these only read the catalog.
// One query, because every test of a suite waits for it.
const TABLE = `
  SELECT c.oid::int8::text AS oid, c.relkind::text AS kind, coalesce(a.amname::text, '') AS storage,
         ARRAY(SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p
               WHERE NOT has_table_privilege(c.oid, p)) AS missing,
         (SELECT coalesce(json_agg(json_build_object(
                   'name', attname, 'type', format_type(atttypid, atttypmod), 'notNull', attnotnull,
                   'filled', atthasdef OR attidentity <> '', 'generated', attgenerated <> '') ORDER BY attnum), '[]')
            FROM pg_catalog.pg_attribute
           WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
         ARRAY(SELECT i.indisunique AND i.indnkeyatts = 1
                 FROM pg_catalog.pg_index i
                 JOIN pg_catalog.pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = i.indkey[0]
                WHERE i.indrelid = c.oid AND k.attname = $3 AND i.indisvalid AND i.indpred IS NULL) AS "keyIndexes"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
   WHERE n.nspname = $1 AND c.relname = $2`

interface Found {
  readonly oid: string
  readonly kind: string
  readonly storage: string
  readonly missing: readonly string[]
  readonly columns: readonly ColumnShape[]
  /** Of every index that begins with the key, whether it keeps the key unique. */
  readonly keyIndexes: readonly boolean[]
}

/** Reads what the catalog says about a table; undefined when there is none of that name. */
export async function inspectTable(
  client: ClientBase,
  schema: string,
  { name, key }: TableDefinition,
): Promise<TableShape | undefined> {
  const { rows } = await client.query<Found>(TABLE, [schema, name, key])
  const table = rows[0]
  if (table === undefined) return undefined
  return {
    oid: Number(table.oid),
    kind: table.kind,
    storage: table.storage,
    columns: table.columns,
    keyIndexed: table.keyIndexes.length > 0,
    keyUnique: table.keyIndexes.includes(true),
    missingPrivileges: table.missing,
  }
}
