import type { SqlClient } from '../client.js'
import type { SchemaFacts } from '../catalog.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import { type ColumnShape, type FoundIndex, keyIndexes, type Partitions, type TableShape } from '../table-shape.js'

// On Greenplum and Cloudberry a query must not join the catalog with tables of users: these only read the catalog. Nor do they
// like a subquery that names a table of a query two levels above.
const TABLES = `
  SELECT c.relname::text AS name, c.oid::int8::text AS oid, c.relkind::text AS kind,
         ARRAY(SELECT amname::text FROM pg_catalog.pg_am WHERE oid = c.relam AND c.relkind IN ('r', 'p'))
         || ARRAY(SELECT DISTINCT a.amname::text FROM pg_partition_tree(c.oid) AS p
                    JOIN pg_catalog.pg_class l ON l.oid = p.relid JOIN pg_catalog.pg_am a ON a.oid = l.relam
                   WHERE c.relkind = 'p') AS storage,
         (SELECT json_build_object(
                   'strategy', CASE partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END,
                   'column', (SELECT attname FROM pg_catalog.pg_attribute
                               WHERE attrelid = partrelid AND attnum = partattrs[0] AND partnatts = 1),
                   'hasDefault', partdefid <> 0,
                   'bounds', (SELECT coalesce(json_agg(pg_get_expr(l.relpartbound, l.oid) ORDER BY l.oid), '[]')
                                FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class l ON l.oid = h.inhrelid
                               WHERE h.inhparent = partrelid))
            FROM pg_catalog.pg_partitioned_table WHERE partrelid = c.oid) AS partitions,
         ARRAY(SELECT p FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p
               WHERE NOT has_table_privilege(c.oid, p)) AS missing,
         CASE WHEN c.relkind IN ('r', 'p') THEN row_security_active(c.oid) ELSE false END AS secured,
         (SELECT coalesce(json_agg(json_build_object(
                   'name', attname, 'type', format_type(atttypid, atttypmod), 'notNull', attnotnull,
                   'filled', atthasdef OR attidentity <> '', 'generated', attgenerated <> '',
                   'isEnum', (SELECT typtype = 'e' FROM pg_catalog.pg_type t WHERE t.oid = atttypid),
                   'domain', (SELECT t.oid::int8::text FROM pg_catalog.pg_type t WHERE t.oid = atttypid AND typtype = 'd'))
                  ORDER BY attnum), '[]')
            FROM pg_catalog.pg_attribute
           WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
         (SELECT coalesce(json_agg(json_build_object('first', k.attname, 'unique', i.indisunique,
                   'columns', ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                                     WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])),
                   'width', i.indnkeyatts)), '[]')
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = i.indkey[0]
           WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL) AS indexes
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = ANY ($2::text[])`

// One query, because every test of a suite waits for it.
const SCHEMA = `
  SELECT current_user::text AS user, current_database()::text AS database,
         (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1) AS usage,
         coalesce((SELECT json_agg(t) FROM (${TABLES}) AS t), '[]') AS tables`

interface Found {
  readonly name: string
  readonly oid: string
  readonly kind: string
  readonly storage: readonly string[]
  readonly partitions: Partitions | null
  readonly missing: readonly string[]
  readonly secured: boolean
  /** `domain` is the oid of the type, where that is one. */
  readonly columns: readonly (ColumnShape & { readonly domain: string | null })[]
  readonly indexes: readonly FoundIndex[]
}

/** Reads what the catalog says about a schema and some tables of it. */
export async function inspectSchema(
  client: SqlClient,
  schema: string,
  definitions: readonly TableDefinition[],
): Promise<SchemaFacts> {
  const { rows } = await client.query<Omit<SchemaFacts, 'tables' | 'warnings'> & { readonly tables: readonly Found[] }>(
    {
      // Named, so that a session that is lent to many tests parses it once.
      name: 'vitest-cloudberry-cdc schema',
      text: SCHEMA,
      values: [schema, definitions.map(({ name }) => name)],
    },
  )
  const { tables: found, ...facts } = rows[0]!
  const domains = await readDomains(
    client,
    found.flatMap(({ columns }) => columns.flatMap(({ domain }) => domain ?? [])),
  )
  const tables = new Map<TableDefinition, TableShape>()
  for (const definition of definitions) {
    const table = found.find(({ name }) => name === definition.name)
    if (table) tables.set(definition, shapeOf(table, definition, domains))
  }
  return { ...facts, tables, warnings: [] }
}

function shapeOf(
  { oid, kind, storage, partitions, columns, missing, secured, indexes }: Found,
  definition: TableDefinition,
  domains: ReadonlyMap<string, Domain>,
): TableShape {
  return {
    oid: Number(oid),
    kind,
    storage: [...new Set(storage)],
    partitions: partitions ?? undefined,
    columns: columns.map(({ domain, ...column }) => madeOf(column, domains.get(domain ?? ''))),
    ...keyIndexes(keyNames(definition), indexes),
    missingPrivileges: missing,
    rowsHidden: secured,
  }
}

/** What a domain, and those that it is made of, say of a column. */
type Domain = Pick<ColumnShape, 'type' | 'isEnum' | 'notNull' | 'filled'>

const DOMAINS = `
  WITH RECURSIVE layers AS (
    SELECT t.oid AS top, t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS refuses, t.typdefault IS NOT NULL AS fills, 1 AS depth
      FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::int8[]::oid[])
     UNION ALL
    SELECT l.top, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault IS NOT NULL, l.depth + 1
      FROM layers l JOIN pg_catalog.pg_type t ON t.oid = l.base WHERE t.typtype = 'd')
  SELECT l.top::int8::text AS oid, format_type(l.base, l.modifier) AS type, t.typtype = 'e' AS "isEnum",
         l.refuses AS "notNull", l.fills AS filled
    FROM layers l JOIN pg_catalog.pg_type t ON t.oid = l.base ORDER BY l.top, l.depth`

/** Reads domains by their oids, down to the types that they are made of. */
async function readDomains(client: SqlClient, oids: readonly string[]): Promise<ReadonlyMap<string, Domain>> {
  const domains = new Map<string, Domain>()
  if (oids.length === 0) return domains
  const { rows } = await client.query<Domain & { readonly oid: string }>(DOMAINS, [[...new Set(oids)]])
  // The innermost comes last.
  for (const { oid, ...layer } of rows) domains.set(oid, madeOf(domains.get(oid) ?? layer, layer))
  return domains
}

/** A domain is written as what it is made of, and asks for more. */
function madeOf<T extends Domain>(outer: T, inner: Domain = outer): T {
  return { ...outer, ...inner, notNull: outer.notNull || inner.notNull, filled: outer.filled || inner.filled }
}
