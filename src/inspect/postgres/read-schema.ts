import type { SqlClient } from '../../database/client.js'
import type { NoTable, SchemaContent } from '../schema-reader.js'

const KINDS: Readonly<Record<string, NoTable['kind']>> = { v: 'view', m: 'materialized view', f: 'foreign table' }

const CONTENT = `
  SELECT c.relname::text AS name, c.relkind::text AS kind FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY 1`

/** What is in a schema; undefined when there is none of that name. */
export async function readSchema(client: SqlClient, schema: string): Promise<SchemaContent | undefined> {
  const { rows: found } = await client.query('SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema])
  if (found.length === 0) return undefined
  const { rows } = await client.query<{ name: string; kind: string }>(CONTENT, [schema])
  return {
    tables: rows.filter(({ kind }) => KINDS[kind] === undefined).map(({ name }) => name),
    others: rows.flatMap(({ name, kind }) => (KINDS[kind] ? [{ name, kind: KINDS[kind] }] : [])),
  }
}
