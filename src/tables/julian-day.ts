/** Julian day number of 1 January 1970. */
const UNIX_EPOCH = 2_440_588
/** `date_dim` of TPC-DS holds the days 1900-01-02 to 2100-01-01. */
const FIRST = 2_415_022
const LAST = 2_488_070

/** Which dates have a Julian day number, in words. */
export const DAYS = 'a date from 1900-01-02 to 2100-01-01 as YYYY-MM-DD'

/** The Julian day number of a date `YYYY-MM-DD`; undefined for what is no day of TPC-DS's `date_dim`. */
export function julianDay(date: unknown): number | undefined {
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const time = Date.parse(`${date}T00:00:00Z`)
  // Some engines take 30 February for 2 March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(date)) return undefined
  const day = time / 86_400_000 + UNIX_EPOCH
  return day >= FIRST && day <= LAST ? day : undefined
}

/** The date `YYYY-MM-DD` of a Julian day number. */
export function dayText(day: number): string {
  return new Date((day - UNIX_EPOCH) * 86_400_000).toISOString().slice(0, 10)
}
