import { OptionsError } from '../errors.js'

/** Julian day number of 1 January 1970. */
const UNIX_EPOCH = 2_440_588
/** `date_dim` of TPC-DS holds the days 1900-01-02 to 2100-01-01. */
const FIRST = 2_415_022
const LAST = 2_488_070

/** The Julian day number of a date `YYYY-MM-DD`, which must be a day of TPC-DS's `date_dim`. */
export function julianDay(date: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  const day = time / 86_400_000 + UNIX_EPOCH
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
  if (!real || day < FIRST || day > LAST) {
    throw new OptionsError(
      `Expected \`businessDate\` to be a date from 1900-01-02 to 2100-01-01 as YYYY-MM-DD, got \`${date}\`. ` +
        'Set --business-date or CDC_BUSINESS_DATE.',
    )
  }
  return day
}

/** The date `YYYY-MM-DD` of a Julian day number. */
export function dayText(day: number): string {
  return new Date((day - UNIX_EPOCH) * 86_400_000).toISOString().slice(0, 10)
}
