import type { SqlClient } from '../database/client.js'

/** What domains, one over the other, are made of and ask for. */
export interface Domain {
  /** As `format_type` writes it. */
  readonly type: string
  readonly isEnum: boolean
  readonly notNull: boolean
  readonly filled: boolean
}

const DOMAINS = `
  WITH RECURSIVE layers AS (
    SELECT t.oid AS top, t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS refuses, t.typdefault IS NOT NULL AS fills, 1 AS depth
      FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::int8[]::oid[])
     UNION ALL
    SELECT l.top, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault IS NOT NULL, l.depth + 1
      FROM layers l JOIN pg_catalog.pg_type t ON t.oid = l.base WHERE t.typtype = 'd')
  SELECT l.top::int8::text AS oid, format_type(l.base, l.modifier) AS type, t.typtype AS kind, l.refuses, l.fills
    FROM layers l JOIN pg_catalog.pg_type t ON t.oid = l.base ORDER BY l.top, l.depth`

interface Layer {
  readonly oid: string
  readonly type: string
  readonly kind: string
  readonly refuses: boolean
  readonly fills: boolean
}

/** Reads domains by their oids, down to the types that they are made of. */
export async function readDomains(client: SqlClient, oids: readonly string[]): Promise<ReadonlyMap<string, Domain>> {
  const { rows } = await client.query<Layer>(DOMAINS, [[...new Set(oids)]])
  const domains = new Map<string, Domain>()
  for (const { oid, type, kind, refuses, fills } of rows) {
    const outer = domains.get(oid)
    // The innermost comes last, and says what it is.
    domains.set(oid, {
      type,
      isEnum: kind === 'e',
      notNull: refuses || (outer?.notNull ?? false),
      filled: fills || (outer?.filled ?? false),
    })
  }
  return domains
}
