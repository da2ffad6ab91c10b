import type { SqlClient } from '../../database/client.js'
import type { DialectInfo } from '../../database/dialect-info.js'
import { escapeIdentifier } from '../../database/postgres/quote.js'
import type { CatalogColumn, CatalogConstraint, CatalogTable } from '../catalog-table.js'
import { readTypes, type TypeFacts } from './read-types.js'

const TABLE = `
  SELECT c.oid::int8::text AS oid, c.relkind::text AS kind,
         EXISTS (SELECT FROM pg_catalog.pg_trigger t
                  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 3 = 3) AS "hasRowTriggers"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`

/** Of an object that depends on others: whether these are in every database, are the table's own columns, or types. */
const isPortable = (catalog: string, oid: string): string => `
         NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                      WHERE p.classid = 'pg_catalog.${catalog}'::regclass AND p.objid = ${oid} AND p.deptype = 'n'
                        AND p.refobjid >= 16384 AND p.refclassid <> 'pg_catalog.pg_type'::regclass
                        AND NOT (p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = $1::oid))`

const COLUMNS = `
  SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
         a.atttypid::int8::text AS "typeOid",
         pg_get_expr(d.adbin, d.adrelid) AS expression, ${isPortable('pg_attrdef', 'd.oid')} AS "expressionIsPortable",
         a.attgenerated <> '' AS generated,
         CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

const CONSTRAINTS = `
  SELECT k.conname::text AS name,
         CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign' ELSE 'check' END AS kind,
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS p (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number ORDER BY place) AS columns,
         pg_get_constraintdef(k.oid) AS definition,
         k.contype <> 'c' OR ${isPortable('pg_constraint', 'k.oid')} AS "isPortable", r.relname::text AS table,
         coalesce(r.relnamespace = c.relnamespace, false) AS "tableIsNear",
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS p (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number ORDER BY place)
           AS "tableColumns"
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
   WHERE k.conrelid = $1::oid AND k.contype IN ('p', 'u', 'f', 'c')
     AND k.conparentid NOT IN (SELECT oid FROM pg_catalog.pg_constraint WHERE conrelid = $1::oid)
   ORDER BY position(k.contype::text IN 'pufc'), 1`

/**
 * Unique indexes that no constraint has made, and exclusion constraints. An expression has no column, and so the number 0:
 * what columns it looks at, its dependencies say.
 */
const INDEXES = `
  SELECT c.relname::text AS name, i.indpred IS NOT NULL OR 0 = ANY (i.indkey::int2[]) OR i.indisexclusion AS odd,
         i.indisunique AS "isUnique", coalesce(
           (SELECT pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE conindid = i.indexrelid AND contype = 'x'),
           pg_get_indexdef(i.indexrelid)) AS definition,
         ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) AS columns,
         ARRAY(SELECT DISTINCT a.attname::text FROM pg_catalog.pg_depend p
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.refobjsubid
                WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = i.indexrelid
                  AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = i.indrelid AND p.refobjsubid > 0) AS "allColumns"
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = $1::oid AND (i.indisunique OR i.indisexclusion)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                      WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype <> 'x')
   ORDER BY 1`

interface FoundIndex {
  readonly name: string
  readonly odd: boolean
  readonly isUnique: boolean
  readonly definition: string
  readonly columns: readonly string[]
  readonly allColumns: readonly string[]
}

type FoundColumn = Omit<CatalogColumn, keyof TypeFacts> & { readonly typeOid: string; readonly notNull: boolean }

/** A table and its partitions count as one; undefined when there is none of that name. */
export async function readTable(
  client: SqlClient,
  schema: string,
  name: string,
  dialect: DialectInfo['name'],
): Promise<CatalogTable | undefined> {
  const { rows } = await client.query<{ oid: string; kind: string; hasRowTriggers: boolean }>(TABLE, [schema, name])
  const table = rows[0]
  if (table?.kind !== 'r' && table?.kind !== 'p') return undefined
  // Names of the schema are written without it, so that the draft fits any schema.
  await client.query(`SET search_path = ${escapeIdentifier(schema)}`)
  const { rows: found } = await client.query<FoundColumn>(COLUMNS, [table.oid])
  const factsOf = await readTypes(
    client,
    schema,
    found.map(({ typeOid }) => typeOid),
  )
  const columns = found.map(({ typeOid, ...column }): CatalogColumn => {
    const facts = factsOf(typeOid, column.type)
    return { ...column, ...facts, notNull: column.notNull || facts.notNull }
  })
  const { rows: constraints } = await client.query<CatalogConstraint>(CONSTRAINTS, [table.oid])
  const { rows: indexes } = await client.query<FoundIndex>(INDEXES, [table.oid])
  const unique = indexes
    .filter(({ odd }) => !odd)
    .map(({ name: index, columns: names }): CatalogConstraint => {
      const definition = `UNIQUE (${names.map((column) => escapeIdentifier(column)).join(', ')})`
      const far = { isPortable: true, table: null, tableIsNear: false, tableColumns: [] }
      return { name: index, columns: names, definition, kind: 'unique', ...far }
    })
  const oddIndexes = indexes
    .filter(({ odd }) => odd)
    .map(({ definition, isUnique, allColumns }) => ({ definition, isUnique, columns: allColumns }))
  return {
    schema,
    name,
    dialect,
    columns,
    constraints: [...constraints, ...unique],
    oddIndexes,
    hasRowTriggers: table.hasRowTriggers,
  }
}
