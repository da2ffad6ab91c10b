/**
 * The surrogate key of a business id's row that was valid on a day (TPC-DS slowly changing dimensions): ids come in
 * threes with one, two and three revisions, and revisions begin on fixed days.
 */
export function revisionOn(businessId: number, day: number): number {
  const group = Math.floor(businessId / 3)
  const place = businessId - 3 * group
  if (place === 1) return 6 * group + 1
  if (place === 2) return 6 * group + 2 + (day > 2_451_910 ? 1 : 0)
  return 6 * group - 2 + (day > 2_451_545 ? 1 : 0) + (day > 2_452_275 ? 1 : 0)
}

/** The first revision of a business id. */
export function firstRevision(businessId: number): number {
  return revisionOn(businessId, 0)
}
