import { types } from 'node:util'
import {
  microsOfEpoch,
  millisecondsOfObject,
  momentText,
  PRECISION,
  precisionOf,
  readMoment,
  writeMoment,
} from './moment.js'
import { textCells } from './text-cells.js'

const DAY_MILLISECONDS = 86_400_000
const INFINITIES: ReadonlySet<string> = new Set(['infinity', '-infinity'])
/**
 * What Debezium makes of the numbers that the JDBC driver has for them, in microseconds, milliseconds and ISO 8601
 * (https://jdbc.postgresql.org/documentation/publicapi/org/postgresql/PGStatement.html).
 */
const DEBEZIUM_INFINITIES: Readonly<Record<string, string>> = {
  '9223372036825200000': 'infinity',
  '9223372036825200': 'infinity',
  '+294247-01-10T04:00:25.2Z': 'infinity',
  '-9223372036832400000': '-infinity',
  '-9223372036832400': '-infinity',
  '-290308-12-21T19:59:27.6Z': '-infinity',
}

/** `timestamp`, `timestamp(p)`: a moment by a clock that is on no wall in particular. */
export const timestamp = textCells({
  parameters: PRECISION,
  cells: 'a moment as PostgreSQL writes it, such as 2024-02-29 12:34:56.789',
  normal: (text) => {
    if (INFINITIES.has(text)) return text
    const moment = readMoment(text)
    return DEBEZIUM_INFINITIES[text] ?? (moment && writeMoment(moment.micros, ''))
  },
  // Of a value without a zone, drivers make an instant that shows it in local time.
  textOf: (value) => {
    if (isInfinite(value)) return String(value).toLowerCase()
    const date = dateOf(value)
    return date && writeMoment(BigInt(date.getTime() - offsetOf(date)) * 1000n, '')
  },
  ofEvent,
  // https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-temporal-types
  toEvent: (cell, type, feed) => {
    const micros = feed === 'debezium' ? readMoment(cell)?.micros : undefined
    if (micros === undefined) return undefined
    const number = Number(precisionOf(type) <= 3 ? micros / 1000n : micros)
    return Number.isSafeInteger(number) ? number : undefined
  },
  isHeldBy: (actual, type) => holds(actual, type, 'without'),
  canal: (type) => ({ mysql: `datetime(${precisionOf(type)})`, sql: 93 }),
  stamp: timestampText,
})

/** `timestamptz`, `timestamptz(p)`: an instant. */
export const timestamptz = textCells({
  parameters: PRECISION,
  cells: 'an instant as PostgreSQL writes it in UTC, such as 2024-02-29 12:34:56.789+00',
  normal: (text) => {
    if (INFINITIES.has(text)) return text
    const moment = readMoment(text)
    return moment?.offset === undefined ? undefined : writeMoment(moment.micros - moment.offset, '+00')
  },
  textOf: (value) => {
    if (isInfinite(value)) return String(value).toLowerCase()
    const date = dateOf(value)
    return date && writeMoment(BigInt(date.getTime()) * 1000n, '+00')
  },
  ofEvent: (value) => {
    const text = ofEvent(value)
    if (text !== undefined) return `${text}+00`
    // Maxwell and Canal write instants without their zone, which is UTC.
    const moment = typeof value === 'string' ? readMoment(value) : undefined
    return moment && writeMoment(moment.micros - (moment.offset ?? 0n), '+00')
  },
  toEvent: (cell, _type, feed) => {
    if (feed === 'debezium') return cell.replace(' ', 'T').replace('+00', 'Z')
    return cell.replace('+00', feed === 'flink' ? 'Z' : '')
  },
  isHeldBy: (actual, type) => holds(actual, type, 'with'),
  canal: (type) => ({ mysql: `timestamp(${precisionOf(type)})`, sql: 93 }),
  stamp: (milliseconds) => `${timestampText(milliseconds)}+00`,
})

/**
 * A moment as PostgreSQL writes a `timestamp`: `2024-02-29 12:34:56.789`. With `+00` behind it, it is a `timestamptz`.
 *
 * @param milliseconds since 1970, whole
 */
export function timestampText(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MILLISECONDS)
  const text = Number.isSafeInteger(milliseconds)
    ? momentText(days, (milliseconds - days * DAY_MILLISECONDS) * 1000, '')
    : undefined
  if (text === undefined) throw new RangeError(`Expected milliseconds since 1970, got \`${milliseconds}\`.`)
  return text
}

/** As `pg` has them. */
const isInfinite = (value: unknown): boolean => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY

/** Numbers beyond those that JavaScript has exactly are texts. */
function ofEvent(value: string | number | boolean): string | undefined {
  const infinity = DEBEZIUM_INFINITIES[String(value)]
  if (infinity !== undefined) return infinity
  const isLong = typeof value === 'string' && /^-?\d{16,19}$/.test(value)
  const micros = isLong ? microsOfEpoch(BigInt(value)) : typeof value === 'number' ? microsOfEpoch(value) : undefined
  return micros === undefined ? undefined : writeMoment(micros, '')
}

/** Of dates, of numbers, and of objects that are milliseconds by value, as Day.js and Moment have them. */
function dateOf(value: unknown): Date | undefined {
  const date = types.isDate(value) ? value : new Date(millisecondsOf(value) ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const micros = microsOfEpoch(value)
    return micros === undefined || micros % 1000n !== 0n ? undefined : Number(micros / 1000n)
  }
  return millisecondsOfObject(value)
}

/** `getTimezoneOffset()` has whole minutes only, and zones had seconds once. */
function offsetOf(date: Date): number {
  const local = Date.UTC(2000, date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds())
  const shown = new Date(local)
  shown.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.floor(date.getTime() / 1000) * 1000 - shown.getTime()
}

function holds(actual: string, type: string, zone: 'with' | 'without'): boolean {
  const [, precision = '6'] = new RegExp(`^timestamp(?:\\((\\d)\\))? ${zone} time zone$`).exec(actual) ?? ['', '-1']
  return Number(precision) >= precisionOf(type)
}
