import type { ClientBase } from 'pg'

/** What the database is, as far as it matters for the stream. */
export interface DialectInfo {
  readonly name: 'postgres' | 'cloudberry'
  /** The product and its version: `PostgreSQL 14.23`, `Apache Cloudberry 2.1.0-incubating`. */
  readonly version: string
  /** Primary segments; 0 on PostgreSQL. */
  readonly segments: number
  /** Whether UPDATE and DELETE lock the whole table until the transaction ends. */
  readonly tableLocks: boolean
}

/** Asks the database what it is. Works on PostgreSQL, Cloudberry and Greenplum alike. */
export async function detectDialect(client: ClientBase): Promise<DialectInfo> {
  const { rows } = await client.query<{ version: string; segmented: boolean; detector: string | null }>(
    `SELECT version() AS version, to_regclass('pg_catalog.gp_segment_configuration') IS NOT NULL AS segmented,
            current_setting('gp_enable_global_deadlock_detector', true) AS detector`,
  )
  const answer = rows[0] ?? { version: '', segmented: false, detector: null }
  const { name, version } = parseVersion(answer.version)
  // Products of this family that go by another name still have its catalog.
  if (name === 'postgres' && !answer.segmented) return { name, version, segments: 0, tableLocks: false }
  const counted = await client.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM pg_catalog.gp_segment_configuration WHERE content >= 0 AND role = 'p'`,
  )
  return {
    name: 'cloudberry',
    version,
    segments: counted.rows[0]?.count ?? 0,
    tableLocks: answer.detector !== 'on',
  }
}

/** Takes the product and its version from what `version()` answers. */
export function parseVersion(text: string): Pick<DialectInfo, 'name' | 'version'> {
  const family = /\(([^()]*(?:cloudberry|greenplum)[^()]*)\)?/i.exec(text)?.[1]
  if (family !== undefined) return { name: 'cloudberry', version: family.trim() }
  return { name: 'postgres', version: text.split(/ on |[,(]/, 1)[0]?.trim() ?? text }
}

/** Whether the database can tell who waits for a lock of whom, whatever the lock. */
export function seesRowLocks({ name }: Pick<DialectInfo, 'name'>): boolean {
  return name === 'postgres'
}

/** Parameters for a session that writes the load, where the server knows them. */
export function sessionSettings(dialect: Pick<DialectInfo, 'name'>): Readonly<Record<string, string>> {
  if (dialect.name === 'postgres') return {}
  // GPORCA takes ten times as long for a small statement (https://github.com/apache/cloudberry/pull/900). The ANALYZE that
  // the server runs by itself inside the first COPY keeps others from the table until COMMIT.
  return { optimizer: 'off', gp_autostats_mode: 'none' }
}

/**
 * Parameters for statements that find rows by key: whatever the statistics make of the table, an index is used. A planner
 * without statistics makes a join of whole tables quadratic with them, so they are not for reading.
 */
export function findingSettings(dialect: Pick<DialectInfo, 'name'>): Readonly<Record<string, string>> {
  return dialect.name === 'postgres' ? {} : { enable_seqscan: 'off' }
}
