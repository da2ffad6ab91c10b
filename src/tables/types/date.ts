import { types } from 'node:util'
import { isCalendarDate, isoDate } from '../calendar-date.js'
import type { CellType } from './cell-type.js'
import { DAY, millisecondsOfObject, readMoment, writeMoment } from './moment.js'
import { textOf } from './value-text.js'

const DAY_MILLISECONDS = 86_400_000

/** `date`: cells are texts `YYYY-MM-DD`. `pg` gives it as midnight in local time. */
export const date: CellType = {
  expected: (cell) => (typeof cell === 'string' && isCalendarDate(cell) ? undefined : 'a date as the text YYYY-MM-DD'),
  ofText: (text) => text,
  normal: (text) => (isCalendarDate(text) ? text : undefined),
  textOf: readDay,
  reader: () => readDay,
  toPg: (cell) => {
    const [year, month, day] = String(cell).split('-').map(Number)
    const midnight = new Date(2000, 0, 1)
    // The constructor takes the years 0 to 99 for 1900 to 1999.
    midnight.setFullYear(year!, month! - 1, day!)
    return midnight
  },
  // A number is that of days since 1970, as Debezium writes dates.
  decode: (value, type) => {
    if (types.isDate(value)) return value
    const micros =
      typeof value === 'number'
        ? Number.isInteger(value)
          ? BigInt(value) * DAY
          : undefined
        : readMoment(String(value))?.micros
    const day = micros === undefined ? undefined : dayOfClock(micros)
    return day !== undefined && isCalendarDate(day) ? date.toPg!(day, type) : undefined
  },
  encode: (value, _type, { date: form }) => {
    const day = types.isDate(value) ? isoDate(value) : String(value)
    return form === 'days' ? Date.parse(`${day}T00:00:00Z`) / DAY_MILLISECONDS : day
  },
  isHeldBy: (actual) => actual === 'date',
  isOrdered: true,
  canal: () => ({ mysql: 'date', sql: 91 }),
}

/**
 * The day that a value stands for, as `YYYY-MM-DD`. Drivers give a day as midnight: some in local time (`pg`), some in UTC.
 * No zone is a whole day apart from UTC, so one instant is never midnight of two different days. Takes texts, Dates,
 * milliseconds and objects that have either; anything else, and any other time of the day, is shown as it is and equals no
 * day.
 */
function readDay(value: unknown): string {
  if (typeof value === 'string') return value.length === 10 ? value : (dayOfText(value) ?? value)
  if (types.isDate(value)) return dayOfInstant(value) ?? showDate(value)
  if (typeof value === 'number' || typeof value === 'bigint') return dayOfInstant(new Date(Number(value))) ?? `${value}`
  const text = textOf(value)
  // Day.js and Moment write no ISO text, but are milliseconds by value.
  return dayOfText(text) ?? dayOfInstant(new Date(millisecondsOfObject(value) ?? Number.NaN)) ?? text
}

/** A text is its day where its own clock shows midnight, whatever its zone; else its instant counts. */
function dayOfText(text: string): string | undefined {
  const moment = readMoment(text)
  if (!moment) return dayOfDateText(text)
  const { micros, offset } = moment
  const instant = offset === undefined ? undefined : new Date(Number((micros - offset) / 1000n))
  return dayOfClock(micros) ?? (instant && dayOfInstant(instant))
}

/** The day of a clock that shows midnight. */
function dayOfClock(micros: bigint): string | undefined {
  return micros % DAY === 0n ? writeMoment(micros, '')?.replace(' 00:00:00', '') : undefined
}

/** As `Date` and Day.js write themselves: `Sat Feb 03 2024 00:00:00 GMT-0500 (…)`. Its own clock counts here, too. */
function dayOfDateText(text: string): string | undefined {
  if (!/\d GMT\b/.test(text)) return undefined
  const own = new Date(text.replace(/GMT.*/, 'GMT'))
  return dayOfInstant(own.getTime() % DAY_MILLISECONDS === 0 ? own : new Date(text))
}

function dayOfInstant(instant: Date): string | undefined {
  if (isLocalMidnight(instant)) return isoDate(instant)
  return instant.getTime() % DAY_MILLISECONDS === 0 ? instant.toISOString().slice(0, -14) : undefined
}

/** Where summer time skips midnight, the day begins later, and that is what midnight becomes. */
function isLocalMidnight(instant: Date): boolean {
  if (instant.getHours() === 0)
    return instant.getMinutes() === 0 && instant.getSeconds() === 0 && instant.getMilliseconds() === 0
  const start = new Date(instant)
  return start.setHours(0, 0, 0, 0) === instant.getTime()
}

function showDate(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? 'Invalid Date' : instant.toISOString()
}
