import type { SqlClient } from '../client.js'
import type { DialectInfo } from '../dialect-info.js'
import { countSegments, SEGMENTED } from '../cloudberry/segments.js'

/** Asks the database what it is. Works on PostgreSQL, Cloudberry and Greenplum alike. */
export async function detectDialect(client: SqlClient): Promise<DialectInfo> {
  const { rows } = await client.query<{ version: string; segmented: boolean; detector: string | null }>(
    `SELECT version() AS version, ${SEGMENTED} AS segmented,
            current_setting('gp_enable_global_deadlock_detector', true) AS detector`,
  )
  const answer = rows[0] ?? { version: '', segmented: false, detector: null }
  const { name, version } = parseVersion(answer.version)
  // Products of this family that go by another name still have its catalog.
  if (name === 'postgres' && !answer.segmented) return { name, version, segments: 0, tableLocks: false }
  const segments = await countSegments(client)
  return { name: 'cloudberry', version, segments, tableLocks: answer.detector !== 'on' }
}

/** Takes the product and its version from what `version()` answers. */
export function parseVersion(text: string): Pick<DialectInfo, 'name' | 'version'> {
  const family = /\(([^()]*(?:cloudberry|greenplum)[^()]*)\)?/i.exec(text)?.[1]
  if (family !== undefined) return { name: 'cloudberry', version: family.trim() }
  return { name: 'postgres', version: text.split(/ on |[,(]/, 1)[0]?.trim() ?? text }
}
