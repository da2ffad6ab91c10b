import type { SqlClient } from '../../database/client.js'
import type { CatalogColumn, CatalogType } from '../catalog-table.js'

interface Found {
  readonly oid: string
  readonly name: string
  /** `b`, `e` for an enum, `d` for a domain … */
  readonly kind: string
  readonly near: boolean
  readonly builtIn: boolean
  /** What a domain is made of, or the elements of an array. */
  readonly inner: string | null
  readonly innerText: string | null
  readonly notNull: boolean
  readonly default: string | null
  readonly labels: readonly string[]
}

interface DomainCheck {
  readonly domain: string
  readonly name: string
  readonly definition: string
}

const TYPES = `
  SELECT t.oid::int8::text AS oid, t.typname::text AS name, t.typtype::text AS kind, n.nspname = $2 AS near,
         n.nspname = 'pg_catalog' AS "builtIn",
         CASE WHEN t.typtype = 'd' THEN t.typbasetype::int8::text
              WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem::int8::text END AS inner,
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS "innerText",
         t.typnotnull AS "notNull", t.typdefault AS default,
         ARRAY(SELECT enumlabel::text FROM pg_catalog.pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) AS labels
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE t.oid = ANY ($1::int8[]::oid[])`

const CHECKS = `
  SELECT contypid::int8::text AS domain, conname::text AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_catalog.pg_constraint WHERE contypid = ANY ($1::int8[]::oid[]) AND contype = 'c' ORDER BY 2`

export type TypeFacts = Pick<
  CatalogColumn,
  'base' | 'hasDomainDefault' | 'labels' | 'typeName' | 'typeIsNear' | 'types' | 'typeIsPortable' | 'domainChecks'
> & { readonly notNull: boolean }

/** Reads types, and those that they are made of. Returns what a column of each of them is, by its oid and its own text. */
export async function readTypes(
  client: SqlClient,
  schema: string,
  oids: readonly string[],
): Promise<(oid: string, text: string) => TypeFacts> {
  const found = new Map<string, Found>()
  for (let missing = [...new Set(oids)]; missing.length > 0;) {
    const { rows } = await client.query<Found>(TYPES, [missing, schema])
    for (const type of rows) found.set(type.oid, type)
    const inner = rows.flatMap((type) => (type.inner !== null && !found.has(type.inner) ? [type.inner] : []))
    missing = [...new Set(inner)]
  }
  const domains = [...found.values()].filter(({ kind }) => kind === 'd').map(({ oid }) => oid)
  const checks = domains.length > 0 ? (await client.query<DomainCheck>(CHECKS, [domains])).rows : []
  return (oid, text) => factsOf(oid, text, found, checks)
}

function factsOf(
  oid: string,
  text: string,
  found: ReadonlyMap<string, Found>,
  checks: readonly DomainCheck[],
): TypeFacts {
  /** The type itself, and what is in it, from the outside to the inside. */
  const chain: Found[] = []
  for (let type = found.get(oid); type; type = type.inner === null ? undefined : found.get(type.inner)) chain.push(type)
  const domains = chain.slice(
    0,
    chain.findIndex(({ kind }) => kind !== 'd'),
  )
  const inside = chain[domains.length]
  const checksOf = (domain: Found): DomainCheck[] => checks.filter((check) => check.domain === domain.oid)
  // An array is in the schema of its elements, and is created with them.
  const own = chain.filter(({ builtIn, kind, inner }) => !builtIn && !(kind === 'b' && inner !== null))
  return {
    base: domains.at(-1)?.innerText ?? text,
    notNull: domains.some(({ notNull }) => notNull),
    hasDomainDefault: domains.some((domain) => domain.default !== null),
    labels: inside?.kind === 'e' ? inside.labels : null,
    typeName: inside?.name ?? '',
    typeIsNear: inside?.near ?? false,
    types: chain
      .filter(({ near, kind }) => near && (kind === 'e' || kind === 'd'))
      .map((type) => createdType(type, checksOf(type)))
      .toReversed(),
    typeIsPortable: own.every(({ near, kind }) => near && (kind === 'e' || kind === 'd')),
    domainChecks: domains.flatMap((domain) => checksOf(domain).map(({ definition }) => definition)),
  }
}

function createdType(
  { name, kind, labels, innerText, notNull, default: value }: Found,
  checks: readonly DomainCheck[],
): CatalogType {
  return {
    name,
    labels: kind === 'e' ? labels : null,
    domain: kind === 'd' ? { base: innerText ?? '', notNull, default: value, checks } : null,
  }
}
