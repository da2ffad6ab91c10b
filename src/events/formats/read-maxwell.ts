import type { ReadChange, CapturedRow } from '../captured-change.js'
import { namedKinds } from '../change-kinds.js'
import type { EventFields } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { type JsonObject, textOf, textsOf } from '../json-value.js'

/** Events of Maxwell. Schema changes and the ends of a bootstrap are no change of a row. */
export const maxwellFormat: FeedFormat = {
  names: ['maxwell'],
  description: 'an event of Maxwell',
  fits: isMaxwell,
  isSilent: (event) =>
    isMaxwell(event) && /^(?:table|database|view)-|^bootstrap-(?:start|complete)$/.test(textOf(event['type'])),
  read: (events) => events.filter(({ object }) => !maxwellFormat.isSilent(object)).map(readEvent),
}

function isMaxwell({ type, database, ts }: JsonObject): boolean {
  return typeof type === 'string' && typeof database === 'string' && typeof ts === 'number'
}

function readEvent(event: EventFields): ReadChange {
  const type = event.text('type')
  const kind = type === 'bootstrap-insert' ? 'read' : namedKinds.get(type)
  if (!kind) event.fail('with a `type` insert, update or delete', type)
  const data = event.row('data')
  const old = event.optionalRow('old')
  const [xid, xoffset] = [event.optionalNumber('xid'), event.optionalNumber('xoffset')]
  const key = keyOf(event, data)
  return {
    kind,
    table: event.text('table'),
    database: event.text('database'),
    key,
    // `old` has what changed only. Where there is none, nothing is known of the row before.
    before: kind === 'delete' ? data : old && kind === 'update' ? { ...data, ...old } : undefined,
    after: kind === 'delete' ? undefined : data,
    transaction: xid === undefined ? undefined : String(xid),
    last: xid === undefined ? undefined : event.object['commit'] === true,
    position: xoffset === undefined ? undefined : xoffset + 1,
    event: event.index,
  }
}

/** As `output_primary_key_columns` adds it. */
function keyOf(event: EventFields, data: CapturedRow): CapturedRow | undefined {
  const names = textsOf(event.object['primary_key_columns'])
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, data[name] ?? null])) : undefined
}
