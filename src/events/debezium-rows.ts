import type { CapturedChange, CapturedRow } from './captured-change.js'
import { isObject } from './event-fields.js'
import { knownTable, type ReadContext } from './feed-format.js'
import type { JsonObject, JsonValue } from './json-value.js'

/** What stands for a value that was stored out of line and did not change (`unavailable.value.placeholder`). */
const UNAVAILABLE = '__debezium_unavailable_value'
const BYTES = Buffer.from(UNAVAILABLE)
const UNAVAILABLE_TEXTS: ReadonlySet<unknown> = new Set([UNAVAILABLE, BYTES.toString('base64'), BYTES.toString('hex')])

/** The columns whose values are told. */
export function toldColumns(row: JsonObject): JsonObject {
  const entries = Object.entries(row)
  const told = entries.filter(([, value]) => !isUnavailable(value))
  return told.length === entries.length ? row : Object.fromEntries(told)
}

function isUnavailable(value: JsonValue): boolean {
  if (UNAVAILABLE_TEXTS.has(value)) return true
  // An array's placeholder is its only element, or its bytes as numbers; a map's stands for the name, too.
  if (Array.isArray(value)) return value.length === 1 ? UNAVAILABLE_TEXTS.has(value[0]) : isPlaceholderBytes(value)
  return isObject(value) && UNAVAILABLE_TEXTS.has(value[UNAVAILABLE])
}

function isPlaceholderBytes(value: readonly JsonValue[]): boolean {
  return value.length === BYTES.length && BYTES.every((byte, index) => byte === value[index])
}

/** A change whose row before can be one that tells nothing but the key. */
export interface KeyedChange {
  readonly change: CapturedChange
  /** Whether the row before is told as a whole at any rate, as by our own renderer and by MySQL's connectors. */
  readonly whole: boolean
}

/**
 * With `REPLICA IDENTITY DEFAULT` PostgreSQL tells the key of a row before alone. A connector has to write something into
 * the other columns: NULL, or where that is not allowed the column's default or a zero of its type. Rows before that have
 * nothing else beside their key are cut down to it. A default shows by being the same in all DELETEs.
 */
export function withoutPlaceholders(changes: readonly KeyedChange[], context: ReadContext): CapturedChange[] {
  const constants = new Map<string, Map<string, string | undefined>>()
  for (const { change, whole } of changes) {
    if (change.kind !== 'delete' || whole || !change.before) continue
    const known = constants.get(change.table)
    const seen = known ?? new Map<string, string | undefined>()
    for (const [name, value] of Object.entries(change.before)) {
      const text = JSON.stringify(value)
      // The first DELETE alone says nothing about what all of them have.
      if (!known) seen.set(name, `first ${text}`)
      else seen.set(name, [text, `first ${text}`].includes(seen.get(name) ?? '') ? text : undefined)
    }
    constants.set(change.table, seen)
  }
  return changes.map(({ change, whole }) => {
    const { before, table } = change
    const keys = knownTable(context, table)?.key ?? Object.keys(change.key ?? {})
    if (whole || !before || keys.length === 0) return change
    const rest = Object.entries(before).filter(([name]) => !keys.includes(name))
    const isPlaceholder = ([name, value]: [string, CapturedRow[string]]): boolean =>
      isZero(value) || constants.get(table)?.get(name) === JSON.stringify(value)
    if (!rest.every(isPlaceholder)) return change
    return { ...change, before: Object.fromEntries(Object.entries(before).filter(([name]) => keys.includes(name))) }
  })
}

/** NULL, or what Debezium writes into a column that has to hold something. */
function isZero(value: CapturedRow[string]): boolean {
  if (value === null || value === 0 || value === false) return true
  // 0, 0.00, bytes of zeros, 1970-01-01 as text, an empty document.
  if (typeof value === 'string')
    return /^(?:|0+(?:\.0*)?|A+=*|1970-01-01(?:Z|T00:00:00Z)?|00:00:00Z?|\{\})$/.test(value)
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && isZero((value as JsonObject)['value'] ?? null)
}
