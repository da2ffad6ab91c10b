import type { ChangeKind } from '../../plan/batch.js'
import {
  changedColumns,
  type JsonRow,
  type JsonObject,
  textOf,
  textsOf,
  namedColumns,
  type EventFields,
  rowBefore,
} from '../event-fields.js'
import { encodeRow } from '../encode-row.js'
import type { Encoding } from '../../tables/types/cell-type.js'
import { definitionOf, type EventContext } from '../event-context.js'
import { type ReadChange, namedKinds } from '../captured-change.js'
import type { FeedFormat } from '../feed-format.js'

/** A change as Maxwell sends it with `output_xoffset`: https://maxwells-daemon.io/dataformat/ */
export interface MaxwellEvent {
  readonly database: string
  readonly table: string
  readonly type: ChangeKind
  /** Seconds since 1970. */
  readonly ts: number
  /** The number of the commit. */
  readonly xid: number
  /** The change within the transaction, from 0 on; the last one has `commit` in its place. */
  readonly xoffset?: number
  readonly commit?: true
  /** The row after an INSERT or UPDATE, the row before a DELETE. */
  readonly data: JsonRow
  /** The values before an UPDATE of those columns that it changed; left out where there are none. */
  readonly old?: JsonRow
}

/** As Maxwell writes MySQL's types: DECIMAL is a number there, TINYINT(1) as well. */
const encoding: Encoding = { int8: 'number', numeric: 'number', bool: 'number', date: 'text', feed: 'maxwell' }

export function renderMaxwell(context: EventContext): MaxwellEvent[] {
  const { commit, database, changes, at } = context
  return changes.map(({ kind, table, before, after }, index) => {
    const { columns } = definitionOf(context, table)
    const data = encodeRow(columns, after ?? before ?? {}, encoding)
    const old = before && after ? changedColumns(encodeRow(columns, before, encoding), data) : {}
    return {
      database,
      table,
      type: kind,
      ts: Math.floor(at / 1000),
      xid: commit,
      ...(index === changes.length - 1 ? { commit: true } : { xoffset: index }),
      data,
      ...(Object.keys(old).length > 0 ? { old } : {}),
    }
  })
}

/** Events of Maxwell. Schema changes and the ends of a bootstrap are no change of a row. */
export const maxwellFormat: FeedFormat = {
  names: ['maxwell'],
  description: 'an event of Maxwell',
  fits: isMaxwell,
  isSilent: (event) =>
    isMaxwell(event) && /^(?:table|database|view)-|^bootstrap-(?:start|complete)$/.test(textOf(event['type'])),
  read: (events) => events.map(readEvent),
}

function isMaxwell({ type, database, ts }: JsonObject): boolean {
  return typeof type === 'string' && typeof database === 'string' && typeof ts === 'number'
}

function readEvent(event: EventFields): ReadChange {
  const type = event.text('type')
  const kind = type === 'bootstrap-insert' ? 'read' : namedKinds.get(type)
  if (!kind) event.fail('with a `type` insert, update or delete', type)
  const data = event.row('data')
  const [xid, xoffset] = [event.optionalNumber('xid'), event.optionalNumber('xoffset')]
  return {
    kind,
    table: event.text('table'),
    database: event.text('database'),
    // As `output_primary_key_columns` adds it.
    key: namedColumns(data, textsOf(event.object['primary_key_columns'])),
    before: kind === 'delete' ? data : kind === 'update' ? rowBefore(data, event.optionalRow('old')) : undefined,
    after: kind === 'delete' ? undefined : data,
    transaction: xid === undefined ? undefined : String(xid),
    last: xid === undefined ? undefined : event.object['commit'] === true,
    position: xoffset === undefined ? undefined : xoffset + 1,
    event: event.index,
  }
}
