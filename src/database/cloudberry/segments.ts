import type { SqlClient } from '../client.js'

/** What tells the family, whatever name a product of it goes by. */
export const SEGMENTED = `to_regclass('pg_catalog.gp_segment_configuration') IS NOT NULL`

export async function countSegments(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int4 AS count FROM pg_catalog.gp_segment_configuration WHERE content >= 0 AND role = 'p'`,
  )
  return rows[0]?.count ?? 0
}

/** Fails where a segment of a cluster is down. A server without segments has none that is. */
export async function expectSegmentsUp(client: SqlClient): Promise<void> {
  const found = await client.query<{ segmented: boolean }>(`SELECT ${SEGMENTED} AS segmented`)
  if (found.rows[0]?.segmented !== true) return
  const counted = await client.query<{ down: number; all: number }>(
    `SELECT count(CASE WHEN status <> 'u' THEN 1 END)::int4 AS down, count(*)::int4 AS all
       FROM pg_catalog.gp_segment_configuration`,
  )
  const { down, all } = counted.rows[0] ?? { down: 0, all: 0 }
  if (down > 0) throw new Error(`${down} of ${all} segments down`)
}

/** What a cluster of the Greenplum family says when it has lost a segment, whatever it was at. */
const INTERCONNECTION = '58M01'

/** The same, where the SQLSTATE is that of any internal error (`src/backend/cdb/dispatcher` of Greenplum and Cloudberry). */
const LOST_SEGMENT =
  /failed to acquire resources|in recovery mode|gang was lost|lost connection to|unable to \S+ (?:a )?(?:\S+ )?gang|gang not found|commit prepared/i

/** Whether an error of a cluster says that it has lost a part of itself. */
export function saysLostSegment(code: string, message: string): boolean {
  return code === INTERCONNECTION || (code.startsWith('XX') && LOST_SEGMENT.test(message))
}
