import type { SqlClient } from '../client.js'

/** Whether every segment of a cluster has all rows of a table. */
export async function isReplicated(client: SqlClient, oid: number): Promise<boolean> {
  const { rows } = await client.query<{ policy: string }>(
    'SELECT policytype::text AS policy FROM pg_catalog.gp_distribution_policy WHERE localoid = $1::oid',
    [oid],
  )
  return rows[0]?.policy === 'r'
}
