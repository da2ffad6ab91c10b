/** What a cluster of the Greenplum family says when it has lost a segment, whatever it was at. */
const INTERCONNECTION = '58M01'

/** The same, where the SQLSTATE is that of any internal error (`src/backend/cdb/dispatcher` of Greenplum and Cloudberry). */
const LOST_SEGMENT =
  /failed to acquire resources|in recovery mode|gang was lost|lost connection to|unable to \S+ (?:a )?(?:\S+ )?gang|gang not found|commit prepared/i

/** Whether an error of a cluster says that it has lost a part of itself. */
export function saysLostSegment(code: string, message: string): boolean {
  return code === INTERCONNECTION || (code.startsWith('XX') && LOST_SEGMENT.test(message))
}
