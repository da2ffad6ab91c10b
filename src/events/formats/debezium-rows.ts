import { keyNames } from '../../tables/keys/key-column.js'
import type { ReadChange, CapturedRow } from '../captured-change.js'
import { isObject, type JsonObject, type JsonValue } from '../event-fields.js'
import { knownTable, type ReadContext } from '../feed-format.js'

/** What stands for a value that was stored out of line and did not change (`unavailable.value.placeholder`). */
const UNAVAILABLE = '__debezium_unavailable_value'
const BYTES = Buffer.from(UNAVAILABLE)
const UNAVAILABLE_TEXTS: ReadonlySet<unknown> = new Set([UNAVAILABLE, BYTES.toString('base64'), BYTES.toString('hex')])

export function toldColumns(row: JsonObject): JsonObject {
  if (!Object.values(row).some((value) => isUnavailable(value))) return row
  return Object.fromEntries(Object.entries(row).filter(([, value]) => !isUnavailable(value)))
}

function isUnavailable(value: JsonValue): boolean {
  if (typeof value === 'string') return UNAVAILABLE_TEXTS.has(value)
  if (typeof value !== 'object' || value === null) return false
  // An array's placeholder is its only element, or its bytes as numbers; a map's stands for the name, too.
  if (Array.isArray(value)) return value.length === 1 ? UNAVAILABLE_TEXTS.has(value[0]) : isPlaceholderBytes(value)
  return isObject(value) && UNAVAILABLE_TEXTS.has(value[UNAVAILABLE])
}

function isPlaceholderBytes(value: readonly JsonValue[]): boolean {
  return value.length === BYTES.length && BYTES.every((byte, index) => byte === value[index])
}

/** A change whose row before can be one that has nothing but the key. */
export interface KeyedChange {
  readonly change: ReadChange
  /** Whether the row before is whole at any rate, as by our own renderer and by MySQL's connectors. */
  readonly whole: boolean
}

/**
 * With `REPLICA IDENTITY DEFAULT` PostgreSQL sends only the key of a row before. A connector has to write something into
 * the other columns: NULL, or where that is not allowed the column's default or a zero of its type. Rows before that have
 * nothing else beside their key are cut down to it. Defaults show by being all that any DELETE of the table has.
 */
export function withoutPlaceholders(changes: readonly KeyedChange[], context: ReadContext): ReadChange[] {
  const split = changes.map(({ change, whole }): SplitChange => {
    if (whole || !change.before) return { change, key: [], rest: [] }
    const known = knownTable(context, change.table)
    const names = known ? keyNames(known) : Object.keys(change.key ?? {})
    const columns = names.length === 0 ? [] : Object.entries(change.before)
    return {
      change,
      key: columns.filter(([name]) => names.includes(name)),
      rest: columns.filter(([name]) => !names.includes(name)),
    }
  })
  const defaults = sameInAllDeletes(split)
  return split.map(({ change, key, rest }) => {
    const isTold = rest.some(([, value]) => !isZero(value)) && defaults.get(change.table) !== JSON.stringify(rest)
    return key.length === 0 || isTold ? change : { ...change, before: Object.fromEntries(key) }
  })
}

interface SplitChange {
  readonly change: ReadChange
  /** The columns of the row before that are its key, and the others. */
  readonly key: readonly (readonly [string, CapturedRow[string]])[]
  readonly rest: readonly (readonly [string, CapturedRow[string]])[]
}

/** What all DELETEs of a table have beside their key, for those with two DELETEs at least. */
function sameInAllDeletes(changes: readonly SplitChange[]): ReadonlyMap<string, string> {
  const images = new Map<string, { readonly first: string; count: number; isSame: boolean }>()
  for (const { change, rest } of changes) {
    if (change.kind !== 'delete' || rest.length === 0) continue
    const text = JSON.stringify(rest)
    const image = images.get(change.table) ?? { first: text, count: 0, isSame: true }
    image.count += 1
    image.isSame &&= text === image.first
    images.set(change.table, image)
  }
  return new Map(
    [...images].flatMap(([table, { first, count, isSame }]) => (isSame && count > 1 ? [[table, first]] : [])),
  )
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
