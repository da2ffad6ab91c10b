export const DAY = 86_400_000_000n
const SECOND = 1_000_000n
/** '00' to '99'. */
const TWO = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

/** Digits behind the second, 6 where a type names none. */
export const PRECISION = { pattern: /^[0-6]$/, words: 'p' }
export const precisionOf = (type: string): number => Number(/\d/.exec(type)?.[0] ?? 6)

/** A date and a time of the day, as microseconds since 1970. */
const MOMENT =
  /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)? ?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?(?: (BC|AD))?(?:\[[^\]]*\])?$/i

/** A moment that a text names. */
export interface Moment {
  /** Since 1970, by the clock that the text shows. */
  readonly micros: bigint
  /** How far that clock is ahead of UTC; undefined where the text says nothing of a zone. */
  readonly offset: bigint | undefined
}

/** Reads the forms in which servers, drivers and feeds write a date with or without a time. */
export function readMoment(text: string): Moment | undefined {
  const parts = MOMENT.exec(text)
  if (!parts) return undefined
  const [, years, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '', zone, era] = parts
  const year = /bc/i.test(era ?? '') ? 1 - Number(years) : Number(years)
  const days = daysOf(year, Number(month), Number(day))
  const micros = microsOf(hours, minutes, seconds, fraction)
  if (days === undefined || micros === undefined) return undefined
  return { micros: BigInt(days) * DAY + micros, offset: zone === undefined ? undefined : offsetOf(zone) }
}

/** Microseconds of the day; undefined for what no clock shows, and for what is finer. */
export function microsOf(hours: string, minutes: string, seconds: string, fraction: string): bigint | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)]
  if (h > 24 || m > 59 || s > 59 || !/^0*$/.test(fraction.slice(6))) return undefined
  const micros = BigInt(h * 3600 + m * 60 + s) * SECOND + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return micros <= DAY ? micros : undefined
}

/** `2024-02-29 12:34:56.789`, as PostgreSQL writes a moment, with its zone and behind that `BC`; undefined for one that it has not. */
export function writeMoment(micros: bigint, zone: string): string | undefined {
  const day = micros / DAY - (micros % DAY < 0n ? 1n : 0n)
  return momentText(Number(day), Number(micros - day * DAY), zone)
}

/** The same, of a day since 1970 and microseconds of that day. */
export function momentText(days: number, micros: number, zone: string): string | undefined {
  const { year, month, day } = dateOf(days)
  // https://www.postgresql.org/docs/14/datatype-datetime.html
  if (year > 294_276 || year < -4712) return undefined
  const shown = year > 0 ? year : 1 - year
  const seconds = Math.floor(micros / 1_000_000)
  const clock = clockText(seconds, micros - seconds * 1_000_000)
  const text = `${shown < 1000 ? String(shown).padStart(4, '0') : shown}-${TWO[month]}-${TWO[day]} ${clock}${zone}`
  return year > 0 ? text : `${text} BC`
}

/** `12:34:56.789`, as PostgreSQL writes a time of the day, or a longer one. */
export function writeTime(micros: bigint): string {
  return clockText(Number(micros / SECOND), Number(micros % SECOND))
}

function clockText(seconds: number, micros: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const clock = `${TWO[hours] ?? hours}:${TWO[minutes - hours * 60]}:${TWO[seconds - minutes * 60]}`
  if (micros === 0) return clock
  let [fraction, digits] = [micros, 6]
  while (fraction % 10 === 0) [fraction, digits] = [fraction / 10, digits - 1]
  return `${clock}.${String(fraction).padStart(digits, '0')}`
}

/** A number of seconds, milliseconds, microseconds or nanoseconds since 1970: the unit follows from its size. */
export function microsOfEpoch(value: number | bigint): bigint | undefined {
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined
  const count = BigInt(value)
  const size = count < 0n ? -count : count
  // Milliseconds up to the year 5138, microseconds down to 3 years around 1970.
  if (size < 100_000_000_000_000n) return count * 1000n
  return size < 100_000_000_000_000_000n ? count : count / 1000n
}

/** Of objects that are milliseconds by value, as those of Day.js and Moment. */
export function millisecondsOfObject(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const primitive: unknown = value.valueOf()
    return typeof primitive === 'number' ? primitive : undefined
  } catch {
    // Temporal's objects have no value, so that nobody compares them.
    return undefined
  }
}

function offsetOf(zone: string): bigint {
  if (/^z$/i.test(zone)) return 0n
  const [hours = 0, minutes = 0, seconds = 0] = [...zone.replaceAll(':', '').matchAll(/\d\d/g)].map(Number)
  const size = BigInt(hours * 3600 + minutes * 60 + seconds) * SECOND
  return zone.startsWith('-') ? -size : size
}

/** Days since 1970 of a date of the Gregorian calendar, which PostgreSQL uses for all times; undefined for none of it. */
function daysOf(year: number, month: number, day: number): number | undefined {
  // Years begin in March, so that the leap day is the last one; eras have 400 years.
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  const days = era * 146_097 + dayOfEra - 719_468
  const found = dateOf(days)
  return found.year === year && found.month === month && found.day === day ? days : undefined
}

function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const since = days + 719_468
  const era = Math.floor(since / 146_097)
  const dayOfEra = since - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 }
}
