import { microsOf, PRECISION, precisionOf, writeTime } from './moment.js'
import { textCells } from './text-cells.js'

const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?Z?$/
const DAY_MILLISECONDS = 86_400_000
const DAY_MICROSECONDS = 86_400_000_000

/** `time`, `time(p)`: a time of the day, up to 24:00. */
export const time = textCells({
  parameters: PRECISION,
  cells: 'a time of the day as PostgreSQL writes it, such as 12:34:56.789',
  normal: (text) => {
    const [, hours, minutes, seconds = '0', fraction = ''] = TIME.exec(text) ?? []
    const micros = hours === undefined ? undefined : microsOf(hours, minutes!, seconds, fraction)
    return micros === undefined ? undefined : writeTime(micros)
  },
  // Milliseconds for up to three digits, else microseconds; nanoseconds are more than a day has of those.
  ofEvent: (value, type) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return undefined
    if (precisionOf(type) <= 3 && value <= DAY_MILLISECONDS) return writeTime(BigInt(value) * 1000n)
    return writeTime(value <= DAY_MICROSECONDS ? BigInt(value) : BigInt(value) / 1000n)
  },
  toEvent: (cell, type, feed) => {
    if (feed !== 'debezium') return undefined
    const [hours, minutes, seconds, fraction = ''] = cell.split(/[:.]/)
    const micros = Number(microsOf(hours!, minutes!, seconds!, fraction))
    return precisionOf(type) <= 3 ? micros / 1000 : micros
  },
  isHeldBy: (actual, type) => {
    const [, precision = '6'] = /^time(?:\((\d)\))? without time zone$/.exec(actual) ?? ['', '-1']
    return Number(precision) >= precisionOf(type)
  },
  canal: (type) => ({ mysql: `time(${precisionOf(type)})`, sql: 92 }),
})
