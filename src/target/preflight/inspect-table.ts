import type { ClientBase } from 'pg'
import type { TableDefinition } from '../../tables/table-definition.js'
import type { ColumnShape, TableShape } from './table-shape.js'

// On Greenplum and Cloudberry a query must not join the catalog with tables of users: these only read the catalog.
// One query, because every test of a suite waits for it.
const TABLES = `
  SELECT c.relname::text AS name, c.oid::int8::text AS oid, c.relkind::text AS kind, coalesce(a.amname::text, '') AS storage,
         ARRAY(SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p
               WHERE NOT has_table_privilege(c.oid, p)) AS missing,
         (SELECT coalesce(json_agg(json_build_object(
                   'name', attname, 'type', format_type(atttypid, atttypmod), 'notNull', attnotnull,
                   'filled', atthasdef OR attidentity <> '', 'generated', attgenerated <> '',
                   'isEnum', EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = atttypid AND t.typtype = 'e')) ORDER BY attnum), '[]')
            FROM pg_catalog.pg_attribute
           WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
         (SELECT coalesce(json_agg(json_build_object('key', k.attname, 'unique', i.indisunique AND i.indnkeyatts = 1)), '[]')
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = i.indkey[0]
           WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL) AS indexes
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
   WHERE n.nspname = $1 AND c.relname = ANY ($2::text[])`

interface Found {
  readonly name: string
  readonly oid: string
  readonly kind: string
  readonly storage: string
  readonly missing: readonly string[]
  readonly columns: readonly ColumnShape[]
  /** By their first column. */
  readonly indexes: readonly { readonly key: string; readonly unique: boolean }[]
}

/** Reads what the catalog says about a table; undefined when there is none of that name. */
export async function inspectTable(
  client: ClientBase,
  schema: string,
  definition: TableDefinition,
): Promise<TableShape | undefined> {
  return (await inspectTables(client, schema, [definition])).get(definition)
}

/** The same for several tables. Those that are not there are left out. */
export async function inspectTables(
  client: ClientBase,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<ReadonlyMap<TableDefinition, TableShape>> {
  const { rows } = await client.query<Found>(TABLES, [schema, definitions.map(({ name }) => name)])
  return new Map(
    definitions.flatMap((definition) => {
      const table = rows.find(({ name }) => name === definition.name)
      return table ? [[definition, shapeOf(table, definition)] as const] : []
    }),
  )
}

function shapeOf({ oid, kind, storage, columns, missing, indexes }: Found, { key }: TableDefinition): TableShape {
  const byKey = indexes.filter((index) => index.key === key)
  return {
    oid: Number(oid),
    kind,
    storage,
    columns,
    keyIndexed: byKey.length > 0,
    keyUnique: byKey.some(({ unique }) => unique),
    missingPrivileges: missing,
  }
}
