import type { CapturedChange, CapturedRow } from './captured-change.js'
import type { EventFields } from './event-fields.js'

const kinds: Readonly<Record<string, CapturedChange['kind']>> = {
  insert: 'insert',
  'bootstrap-insert': 'read',
  update: 'update',
  delete: 'delete',
}

/** Reads an event of Maxwell. Schema changes and the ends of a bootstrap are no changes. */
export function readMaxwellEvent(event: EventFields): CapturedChange | undefined {
  const type = event.text('type')
  if (/^(table|database)-|^bootstrap-(start|complete)$/.test(type)) return undefined
  const kind = kinds[type] ?? event.fail('with a `type` insert, update or delete', type)
  const data = event.row('data')
  const old = event.optionalRow('old')
  const [xid, xoffset] = [event.optionalNumber('xid'), event.optionalNumber('xoffset')]
  const key = keyOf(event, data)
  return {
    kind,
    table: event.text('table'),
    database: event.text('database'),
    ...(key && { key }),
    ...(old && kind === 'update' && { before: { ...data, ...old } }),
    ...(kind === 'delete' ? { before: data } : { after: data }),
    ...(xid !== undefined && { transaction: String(xid), last: event.object['commit'] === true }),
    ...(xoffset !== undefined && { position: xoffset + 1 }),
    event: event.index,
  }
}

/** As `output_primary_key_columns` adds it. */
function keyOf(event: EventFields, data: CapturedRow): CapturedRow | undefined {
  const names = event.object['primary_key_columns']
  if (!Array.isArray(names)) return undefined
  return Object.fromEntries(names.map((name) => [String(name), data[String(name)] ?? null]))
}
