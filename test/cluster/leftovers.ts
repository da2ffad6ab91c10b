import type { Client } from 'pg'
import { detectDialect } from '../../src/database/postgres/detect-dialect.js'

const EVERYWHERE = [
  `SELECT 'session ' || pid || ' ' || query AS what FROM pg_stat_activity
    WHERE application_name LIKE 'vitest-cloudberry-cdc%' OR application_name = 'test'`,
  `SELECT 'slot ' || slot_name AS what FROM pg_replication_slots`,
  `SELECT 'publication ' || pubname AS what FROM pg_publication`,
  `SELECT 'role ' || rolname AS what FROM pg_roles`,
  `SELECT 'schema ' || nspname AS what FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'`,
  `SELECT 'advisory lock ' || classid || ' of ' || pid AS what FROM pg_locks WHERE locktype = 'advisory'`,
]

/** What each segment has of its own: a query reads their catalogs by \`gp_dist_random\`. */
const ON_SEGMENTS = [
  `SELECT 'schema ' || nspname || ' on segment ' || gp_segment_id AS what
     FROM gp_dist_random('pg_namespace') WHERE nspname !~ '^pg_(toast_)?temp_'`,
  `SELECT 'table ' || relname || ' on segment ' || gp_segment_id AS what
     FROM gp_dist_random('pg_class') WHERE relname ~ '^store_(sales|returns)_heap'`,
  `SELECT 'prepared transaction ' || gid || ' on segment ' || segment AS what
     FROM (SELECT gp_segment_id AS segment, (pg_prepared_xact()).gid FROM gp_dist_random('gp_id')) AS x`,
]

/** Everything that a test could leave behind, on the coordinator and on every segment. */
export async function findLeftovers(client: Client): Promise<string[]> {
  const { name } = await detectDialect(client)
  const found: string[] = []
  for (const query of name === 'cloudberry' ? [...EVERYWHERE, ...ON_SEGMENTS] : EVERYWHERE) {
    const { rows } = await client.query<{ what: string }>(query)
    found.push(...rows.map(({ what }) => what))
  }
  return found
}
