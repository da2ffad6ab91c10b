import type { ClientBase } from 'pg'

/** The columns by which Cloudberry spreads a table over its segments; none if it does so at random or copies it. */
export async function distributionKey(client: ClientBase, oid: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname::text AS name
       FROM pg_catalog.gp_distribution_policy p
       CROSS JOIN LATERAL unnest(p.distkey::int2[]) WITH ORDINALITY AS k(attnum, place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = p.localoid AND a.attnum = k.attnum
      WHERE p.localoid = $1::oid AND p.policytype = 'p' ORDER BY k.place`,
    [oid],
  )
  return rows.map(({ name }) => name)
}
