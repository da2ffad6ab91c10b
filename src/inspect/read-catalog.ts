import { type ClientBase, escapeIdentifier } from 'pg'
import { TargetError } from '../errors.js'
import type { DialectInfo } from '../target/dialect.js'
import type { CatalogColumn, CatalogConstraint, CatalogTable } from './catalog-table.js'

const TABLE = `
  SELECT c.oid::int8::text AS oid, c.relkind::text AS kind FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`

const NAMES = `
  SELECT c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') ORDER BY 1 LIMIT 11`

const COLUMNS = `
  SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
         pg_get_expr(d.adbin, d.adrelid) AS expression, a.attgenerated <> '' AS generated,
         CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
         t.typname::text AS "typeName", t.typnamespace = c.relnamespace AS "typeIsNear",
         CASE t.typtype WHEN 'e' THEN ARRAY(SELECT enumlabel::text FROM pg_catalog.pg_enum
                                             WHERE enumtypid = t.oid ORDER BY enumsortorder) END AS labels
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

const CONSTRAINTS = `
  SELECT k.conname::text AS name,
         CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign' ELSE 'check' END AS kind,
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS p (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number ORDER BY place) AS columns,
         pg_get_constraintdef(k.oid) AS definition, r.relname::text AS table,
         coalesce(r.relnamespace = c.relnamespace, false) AS "tableIsNear",
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS p (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number ORDER BY place)
           AS "tableColumns"
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
   WHERE k.conrelid = $1::oid AND k.contype IN ('p', 'u', 'f', 'c') ORDER BY position(k.contype::text IN 'pufc'), 1`

/** Unique indexes that no constraint has made. An expression has no column, and so the number 0. */
const INDEXES = `
  SELECT c.relname::text AS name, i.indpred IS NOT NULL OR 0 = ANY (i.indkey::int2[]) AS odd,
         pg_get_indexdef(i.indexrelid) AS definition,
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) AS columns
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = $1::oid AND i.indisunique
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
   ORDER BY 1`

/**
 * Reads what the catalog says about a table.
 *
 * @throws TargetError when there is no such table
 */
export async function readCatalog(
  client: ClientBase,
  schema: string,
  name: string,
  dialect: DialectInfo['name'],
): Promise<CatalogTable> {
  const { rows } = await client.query<{ oid: string; kind: string }>(TABLE, [schema, name])
  const table = rows[0]
  if (table?.kind !== 'r' && table?.kind !== 'p') throw await noTable(client, schema, name, table?.kind)
  // Names of the schema are written without it, so that the draft fits any schema.
  await client.query(`SET search_path = ${escapeIdentifier(schema)}`)
  const { rows: columns } = await client.query<CatalogColumn>(COLUMNS, [table.oid])
  const { rows: constraints } = await client.query<CatalogConstraint>(CONSTRAINTS, [table.oid])
  const { rows: indexes } = await client.query<{ name: string; odd: boolean; definition: string; columns: string[] }>(
    INDEXES,
    [table.oid],
  )
  const unique = indexes
    .filter(({ odd }) => !odd)
    .map((index): CatalogConstraint => {
      const definition = `UNIQUE (${index.columns.map((column) => escapeIdentifier(column)).join(', ')})`
      return { ...index, definition, kind: 'unique', table: null, tableIsNear: false, tableColumns: [] }
    })
  const oddIndexes = indexes.filter(({ odd }) => odd).map(({ definition }) => definition)
  return { schema, name, dialect, columns, constraints: [...constraints, ...unique], oddIndexes }
}

async function noTable(
  client: ClientBase,
  schema: string,
  name: string,
  kind: string | undefined,
): Promise<TargetError> {
  const { rows } = await client.query<{ name: string }>(NAMES, [schema])
  const names = rows.slice(0, 10).map((one) => one.name)
  const there = names.length === 0 ? 'no tables' : `${names.join(', ')}${rows.length > 10 ? ' …' : ''}`
  const got = kind === undefined ? 'none of that name' : 'something else of that name, such as a view'
  return new TargetError(`Expected a table \`${schema}.${name}\`, got ${got}. Schema \`${schema}\` has ${there}.`)
}
