import type { DatabaseClient } from '../database/client.js'
import { escapeIdentifier, qualifiedName } from '../database/postgres/quote.js'
import type { Relation } from './query-plan.js'
import { SHADOW_SCHEMA } from './shadow-tables.js'

/**
 * What hangs on tables: their partitions, and the views that read them, over other views and partitions, too. Those that a
 * relation is a partition of change with it.
 */
const DEPENDENTS = `
  WITH RECURSIVE dependents (relation, depth) AS (
    SELECT oid, 0 FROM pg_catalog.pg_class
     WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) AND relname = ANY ($2::text[])
    UNION
    SELECT next.relation, depth + 1
      FROM dependents, LATERAL (
        SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = dependents.relation
        UNION
        SELECT ev_class FROM pg_catalog.pg_depend JOIN pg_catalog.pg_rewrite ON pg_rewrite.oid = objid
         WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
           AND refobjid = dependents.relation AND ev_class <> dependents.relation
      ) AS next (relation)
  )
  SELECT nspname AS schema, relname AS name, relkind AS kind, max(depth) AS depth
    FROM dependents JOIN pg_catalog.pg_class c ON c.oid = relation JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
   GROUP BY 1, 2, 3 ORDER BY 4, 1, 2`

/** A relation that is other after a commit: one of the stream's tables, a partition of one, or a view over them. */
export interface LiveRelation extends Relation {
  /** As `pg_class.relkind`: `r` and `p` are tables, `v` views, `m` materialized views. */
  readonly kind: string
}

/** Those of tables of a schema, what hangs on others after them. */
export async function liveRelations(
  client: DatabaseClient,
  schema: string,
  tables: readonly string[],
): Promise<readonly LiveRelation[]> {
  const { rows } = await client.query<LiveRelation>(DEPENDENTS, [schema, tables])
  return rows
}

/**
 * Makes the views of a schema again in the session's own: there, their names mean its own tables.
 *
 * @param searchPath what the session has else
 */
export async function remakeViews(
  client: DatabaseClient,
  schema: string,
  views: readonly LiveRelation[],
  searchPath: string,
): Promise<void> {
  // Names are written without their schema where they are found first: those of the session's own tables must not be.
  await client.searchFirst(schema, SHADOW_SCHEMA)
  const definitions: string[] = []
  try {
    for (const { name } of views) {
      const { rows } = await client.query<{ text: string }>('SELECT pg_get_viewdef($1::regclass) AS text', [
        qualifiedName(schema, name),
      ])
      definitions.push(`CREATE TEMPORARY VIEW ${escapeIdentifier(name)} AS ${rows[0]!.text}`)
    }
  } finally {
    await client.searchFirst(schema, searchPath)
  }
  for (const [index, { name }] of views.entries()) {
    await client.query(`DROP VIEW IF EXISTS ${qualifiedName(SHADOW_SCHEMA, name)} CASCADE`)
    await client.query(definitions[index]!)
  }
}
