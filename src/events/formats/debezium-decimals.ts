import { scaledToText, scaleOf } from '../../tables/scaled-number.js'
import type { ReadChange, CapturedRow } from '../captured-change.js'
import { isObject, type JsonObject, type JsonValue } from '../event-fields.js'
import type { ReadContext } from '../feed-format.js'

const DECIMAL = 'org.apache.kafka.connect.data.Decimal'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The number that Debezium writes as the bytes of its unscaled value, big-endian in two's complement, in base64. */
function decimalOfBytes(base64: string, scale: number): string | undefined {
  // A number of many digits was a number, which was kept as a text; no bytes look like it.
  if (base64 === '' || /^\d{16,}$/.test(base64) || !BASE64.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return scaledToText(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`)), scale)
}

/** Whether a value is a number with its own scale, as those of a `numeric` without one are written. */
function isVariable(value: unknown): value is { readonly scale: number; readonly value: string } {
  return isObject(value) && typeof value['scale'] === 'number' && typeof value['value'] === 'string'
}

/** The scales of the decimals in a schema that a JSON converter wrote, by column. */
export function scalesOf(schema: JsonObject | undefined): ReadonlyMap<string, number> {
  const scales = new Map<string, number>()
  for (const field of fieldsOf(schema)) {
    const { field: column, items } = field
    const { name, parameters } = isObject(items) ? items : field
    if (name === DECIMAL && typeof column === 'string' && isObject(parameters))
      scales.set(column, Number(parameters['scale']))
  }
  return scales
}

export function schemaOf(schema: JsonObject | undefined, name: string): JsonObject | undefined {
  return fieldsOf(schema).find(({ field }) => field === name)
}

export function fieldsOf(schema: JsonObject | undefined): JsonObject[] {
  const fields = schema?.['fields']
  return Array.isArray(fields) ? fields.filter((field: JsonValue) => isObject(field)) : []
}

/** Writes the decimals whose scale is in the schema as texts. */
export function withScales(row: JsonObject, scales: ReadonlyMap<string, number>): JsonObject {
  if (scales.size === 0) return row
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const scale = scales.get(name)
      return [name, scale === undefined ? value : withScale(value, scale)]
    }),
  )
}

function withScale(value: JsonValue, scale: number): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withScale(item, scale))
  return typeof value === 'string' ? (decimalOfBytes(value, scale) ?? value) : value
}

/**
 * Writes the decimals of known columns as texts. A connector writes all of them in one way (`decimal.handling.mode`), so
 * one that is no number's text says that all are bytes: those of some numbers look like the text of another.
 */
export function withDecimals(changes: readonly ReadChange[], context: ReadContext): ReadChange[] {
  const scales = new Map(
    context.tables.map(({ name, columns }) => {
      const decimals = columns.filter(({ type }) => type.startsWith('numeric'))
      return [
        name,
        new Map(decimals.map((column) => [column.name, scaleOf(column.type.replaceAll('[]', ''))])),
      ] as const
    }),
  )
  const areBytes = changes.some(({ table, before, after }) =>
    [before, after].some((row) => hasBytes(row, scales.get(table))),
  )
  return changes.map((change) => {
    const ofTable = scales.get(change.table)
    if (!ofTable) return change
    const before = change.before && decoded(change.before, ofTable, areBytes)
    const after = change.after && decoded(change.after, ofTable, areBytes)
    if (before === change.before && after === change.after) return change
    return { ...change, before, after }
  })
}

function hasBytes(row: CapturedRow | undefined, scales: ReadonlyMap<string, number> | undefined): boolean {
  return row !== undefined && [...(scales?.keys() ?? [])].some((name) => isBytes(row[name]))
}

function isBytes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isBytes(item))
  return typeof value === 'string' && !/^-?[\d.]+(?:e[+-]?\d+)?$/i.test(value) && value !== 'NaN' && BASE64.test(value)
}

function decoded(row: CapturedRow, scales: ReadonlyMap<string, number>, areBytes: boolean): CapturedRow {
  let found: Record<string, CapturedRow[string]> | undefined
  for (const [name, scale] of scales) {
    const value = row[name]
    const number = decimalOf(value, scale, areBytes)
    if (number !== value) (found ??= { ...row })[name] = number as CapturedRow[string]
  }
  return found ?? row
}

/** The same where it is no decimal in bytes. */
function decimalOf(value: unknown, scale: number, areBytes: boolean): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => decimalOf(item, scale, areBytes))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (isVariable(value)) return decimalOfBytes(value.value, value.scale) ?? value
  return areBytes && typeof value === 'string' ? (decimalOfBytes(value, scale) ?? value) : value
}
