import { writeMoment, writeTime } from '../../tables/types/moment.js'
import { isObject, type JsonObject, type JsonValue } from '../event-fields.js'

/** How many of a unit a microsecond has, or a unit has of those. */
interface Unit {
  readonly isTime: boolean
  readonly micros: (count: bigint) => bigint
}

/** What stands for the infinities, in microseconds, which the column's type knows. */
const LAST = 9_223_372_036_825_200_000n
const FIRST = -9_223_372_036_832_400_000n

const milliseconds = (count: bigint): bigint => count * 1000n
const microseconds = (count: bigint): bigint => count
const nanoseconds = (count: bigint): bigint => count / 1000n

/** By the name in a schema (https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-temporal-types). */
const UNITS: Readonly<Record<string, Unit>> = {
  'io.debezium.time.Time': { isTime: true, micros: milliseconds },
  'io.debezium.time.MicroTime': { isTime: true, micros: microseconds },
  'io.debezium.time.NanoTime': { isTime: true, micros: nanoseconds },
  'org.apache.kafka.connect.data.Time': { isTime: true, micros: milliseconds },
  'io.debezium.time.Timestamp': { isTime: false, micros: milliseconds },
  'io.debezium.time.MicroTimestamp': { isTime: false, micros: microseconds },
  'io.debezium.time.NanoTimestamp': { isTime: false, micros: nanoseconds },
  'org.apache.kafka.connect.data.Timestamp': { isTime: false, micros: milliseconds },
}

/** Writes times whose unit is in the schema as texts: without it, it has to be guessed from their size. */
export function withUnits(row: JsonObject, fields: readonly JsonObject[]): JsonObject {
  const units = new Map(
    fields.flatMap((field) => {
      const { field: column, items } = field
      const { name } = isObject(items) ? items : field
      const unit = typeof name === 'string' ? UNITS[name] : undefined
      return unit && typeof column === 'string' ? [[column, unit] as const] : []
    }),
  )
  if (units.size === 0) return row
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const unit = units.get(name)
      return [name, unit ? asText(value, unit) : value]
    }),
  )
}

function asText(value: JsonValue, unit: Unit): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => asText(item, unit))
  // Numbers beyond those that JavaScript has exactly are texts.
  const isCount = typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isInteger(value)
  if (!isCount || (typeof value !== 'string' && typeof value !== 'number')) return value
  const micros = unit.micros(BigInt(value))
  if (unit.isTime) return writeTime(micros)
  const isInfinite = micros >= LAST || micros <= FIRST
  return isInfinite ? value : (writeMoment(micros, '') ?? value)
}
