import type { ReadChange } from '../captured-change.js'
import { statementKinds } from '../change-kinds.js'
import { type EventFields, isObject } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { type JsonObject, onlyText, textsOf } from '../json-value.js'
import { transactionName } from '../transaction-bracket.js'

/** Canal's other types of entries, and TiCDC's watermarks in this format. */
const SILENT =
  /^(?:CREATE|ALTER|ERASE|QUERY|TRUNCATE|RENAME|CINDEX|DINDEX|GTID|XACOMMIT|XAROLLBACK|MHEARTBEAT|TIDB_WATERMARK)$/

/** Flat messages of Canal, and TiCDC's `canal-json`: one change for each of their rows. */
export const canalFormat: FeedFormat = {
  names: ['canal'],
  description: 'a flat message of Canal',
  fits: ({ isDdl }) => typeof isDdl === 'boolean',
  isSilent: ({ isDdl, type }) => isDdl === true || (isDdl === false && typeof type === 'string' && SILENT.test(type)),
  read: (events) => events.filter(({ object }) => !canalFormat.isSilent(object)).flatMap(readMessage),
}

function readMessage(event: EventFields): ReadChange[] {
  const type = event.text('type')
  const kind = statementKinds.get(type) ?? event.fail('with a `type` INSERT, UPDATE or DELETE', type)
  const table = event.text('table')
  const olds = kind === 'update' && event.has('old') ? event.list('old') : []
  const { gtid, database, _tidb: tidb } = event.object
  const transaction = transactionName(gtid) ?? (isObject(tidb) ? transactionName(tidb['commitTs']) : undefined)
  return event.rows('data').map((row, index) => {
    const key = keyOf(event, row)
    const old = olds[index]
    return {
      kind,
      table,
      database: onlyText(database),
      key,
      // `old` has what changed only. Where there is none, nothing is known of the row before.
      before: kind === 'delete' ? row : isObject(old) ? { ...row, ...old } : undefined,
      after: kind === 'delete' ? undefined : row,
      transaction,
      event: event.index,
    }
  })
}

function keyOf(event: EventFields, row: JsonObject): JsonObject | undefined {
  const names = textsOf(event.object['pkNames'])
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, row[name] ?? null])) : undefined
}
