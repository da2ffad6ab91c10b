import { types } from 'node:util'
import { textOf } from './value-text.js'

const DAY_MILLISECONDS = 86_400_000

/** Date, time, zone; a time zone's name in brackets, as Temporal writes it, says nothing more. */
const ISO = /^(\d{4,}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d+)?))? ?(Z|[+-]\d\d(?::?\d\d)?)?(?:\[[^\]]*\])?)?$/i

/**
 * The day that a value of a `date` column stands for, as `YYYY-MM-DD`. Drivers give a day as midnight: some in local time
 * (`pg`), some in UTC. No zone is a whole day apart from UTC, so one instant is never midnight of two different days.
 * Takes texts, Dates, milliseconds and objects that have either; anything else, and any other time of the day, is shown
 * as it is and equals no day.
 */
export function readDay(value: unknown): string {
  if (typeof value === 'string') return value.length === 10 ? value : (dayOfText(value) ?? value)
  if (types.isDate(value)) return dayOfInstant(value) ?? showDate(value)
  if (typeof value === 'number' || typeof value === 'bigint') return dayOfInstant(new Date(Number(value))) ?? `${value}`
  const text = textOf(value)
  return dayOfText(text) ?? dayOfObject(value) ?? text
}

/** A text is its day where its own clock shows midnight, whatever its zone; else its instant counts. */
function dayOfText(text: string): string | undefined {
  const parts = ISO.exec(text)
  if (!parts) return dayOfDateText(text)
  const [, day = '', clock = '00:00', seconds = '00', zone] = parts
  if (clock === '00:00' && Number(seconds.replace(',', '.')) === 0) return day
  if (zone === undefined) return undefined
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  return dayOfInstant(new Date(`${day}T${clock}:${seconds.replace(',', '.')}${offset}`))
}

/** As `Date` and Day.js write themselves: `Sat Feb 03 2024 00:00:00 GMT-0500 (…)`. Its own clock counts here, too. */
function dayOfDateText(text: string): string | undefined {
  if (!/\d GMT\b/.test(text)) return undefined
  const own = new Date(text.replace(/GMT.*/, 'GMT'))
  return dayOfInstant(own.getTime() % DAY_MILLISECONDS === 0 ? own : new Date(text))
}

function dayOfInstant(date: Date): string | undefined {
  if (isLocalMidnight(date)) return format(date.getFullYear(), date.getMonth(), date.getDate())
  if (date.getTime() % DAY_MILLISECONDS !== 0) return undefined
  return format(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
}

/** Where summer time skips midnight, the day begins later, and that is what midnight becomes. */
function isLocalMidnight(date: Date): boolean {
  if (date.getHours() === 0) return date.getMinutes() === 0 && date.getSeconds() === 0 && date.getMilliseconds() === 0
  const start = new Date(date)
  return start.setHours(0, 0, 0, 0) === date.getTime()
}

function format(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Day.js and Moment write no ISO text, but are milliseconds by value. */
function dayOfObject(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const primitive: unknown = value.valueOf()
    return typeof primitive === 'number' ? dayOfInstant(new Date(primitive)) : undefined
  } catch {
    // Temporal's objects have no value, so that nobody compares them.
    return undefined
  }
}

function showDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString()
}
