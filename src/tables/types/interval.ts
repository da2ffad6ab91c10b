import { writeTime } from './moment.js'
import { textCells } from './text-cells.js'

const PARTS =
  /^(?:(-?\+?\d+) years? ?)?(?:(-?\+?\d+) mons? ?)?(?:(-?\+?\d+) days? ?)?(?:([+-])?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/
const ISO =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,6})\d*)?S)?)?$/
const FIELDS = ['years', 'months', 'days', 'hours', 'minutes', 'seconds', 'milliseconds'] as const

/** An interval is three numbers, none of which can be expressed by the others: months, days, and a time. */
interface Parts {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/** `interval`. */
export const interval = textCells({
  cells: 'an interval as PostgreSQL writes it, such as 1 year 2 mons 3 days 04:05:06.789',
  normal: (text) => {
    const parts = text === '' ? undefined : (readPostgres(text) ?? readIso(text))
    return parts && write(parts)
  },
  // As `pg` has them: an object with a number for each unit that is not 0.
  textOf: (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    // One of nothing has no field.
    if (!('toPostgres' in value) && !FIELDS.some((field) => field in value)) return undefined
    const fields = value as Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>>
    const [years, months, days, hours, minutes, seconds, milliseconds] = FIELDS.map((name) => Number(fields[name] ?? 0))
    const micros = Math.round(((hours! * 60 + minutes!) * 60 + seconds!) * 1_000_000 + milliseconds! * 1000)
    return Number.isSafeInteger(micros)
      ? write({ months: years! * 12 + months!, days: days!, micros: BigInt(micros) })
      : undefined
  },
  ofEvent: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value)
      ? write({ months: 0, days: 0, micros: BigInt(value) })
      : undefined,
  isHeldBy: (actual) => actual === 'interval',
})

function readPostgres(text: string): Parts | undefined {
  const parts = PARTS.exec(text)
  if (!parts) return undefined
  const [, years = '0', months = '0', days = '0', sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] =
    parts
  const size = microsOf(hours, minutes, seconds, fraction)
  return { months: Number(years) * 12 + Number(months), days: Number(days), micros: sign === '-' ? -size : size }
}

function readIso(text: string): Parts | undefined {
  const parts = ISO.exec(text)
  if (!parts || /[PT]$/.test(text)) return undefined
  const [
    ,
    years = '0',
    months = '0',
    weeks = '0',
    days = '0',
    hours = '0',
    minutes = '0',
    sign,
    seconds = '0',
    fraction = '',
  ] = parts
  const last = microsOf('0', '0', seconds, fraction)
  return {
    months: Number(years) * 12 + Number(months),
    days: Number(weeks) * 7 + Number(days),
    micros: microsOf(hours, minutes, '0', '') + (sign === '-' ? -last : last),
  }
}

function microsOf(hours: string, minutes: string, seconds: string, fraction: string): bigint {
  const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)
  return whole * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

/** In the style `postgres`: a sign is written where one came before it that differs. */
function write({ months, days, micros }: Parts): string {
  const years = Math.trunc(months / 12)
  const units = [
    [years, 'year'],
    [months - years * 12, 'mon'],
    [days, 'day'],
  ] as const
  const words: string[] = []
  let isNegative = false
  for (const [count, unit] of units) {
    if (count === 0) continue
    words.push(`${isNegative && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`)
    isNegative = count < 0
  }
  if (micros !== 0n || words.length === 0) {
    const clock = writeTime(micros < 0n ? -micros : micros)
    words.push(`${micros < 0n ? '-' : isNegative ? '+' : ''}${clock}`)
  }
  return words.join(' ')
}
