import type { CapturedChange } from './captured-change.js'
import { type EventFields, isObject } from './event-fields.js'
import type { JsonObject } from './json-value.js'

const kinds: Readonly<Record<string, CapturedChange['kind']>> = { INSERT: 'insert', UPDATE: 'update', DELETE: 'delete' }

/** Reads a flat message of Canal: one change for each of its rows. Schema changes and queries are no changes. */
export function readCanalMessage(event: EventFields): CapturedChange[] {
  const type = event.text('type')
  if (event.object['isDdl'] === true || type === 'QUERY') return []
  const kind = kinds[type] ?? event.fail('with a `type` INSERT, UPDATE or DELETE', type)
  const table = event.text('table')
  const olds = kind === 'update' && event.has('old') ? event.list('old') : []
  const { gtid, database } = event.object
  return event.rows('data').map((row, index) => {
    const key = keyOf(event, row)
    const old = olds[index]
    return {
      kind,
      table,
      ...(typeof database === 'string' && { database }),
      ...(key && { key }),
      ...(isObject(old) && { before: { ...row, ...old } }),
      ...(kind === 'delete' ? { before: row } : { after: row }),
      ...(typeof gtid === 'string' && gtid !== '' && { transaction: gtid }),
      event: event.index,
    }
  })
}

function keyOf(event: EventFields, row: JsonObject): JsonObject | undefined {
  const names = event.object['pkNames']
  if (!Array.isArray(names) || names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [String(name), row[String(name)] ?? null]))
}
