import { type ReadChange, statementKinds } from '../captured-change.js'
import { type EventFields, isObject, type JsonObject, type JsonValue, textOf } from '../event-fields.js'
import type { FeedFormat } from '../feed-format.js'
import { TransactionBracket, transactionName } from '../transaction-bracket.js'

/** Lines of PostgreSQL's test_decoding, and what `pg-logical-replication` makes of them. */
export const testDecodingFormat: FeedFormat = {
  names: [],
  description: 'a line of test_decoding',
  fits: (event) => isOther(event) || (statementKinds.has(event['action']) && typeof event['schema'] === 'string'),
  isSilent: isOther,
  takesSilent: true,
  read: (events) => {
    const bracket = new TransactionBracket()
    for (const event of events) {
      const { trx, xid } = event.object
      if (trx === 'BEGIN') bracket.begin(transactionName(xid))
      else if (trx === 'COMMIT') bracket.commit()
      else if (!isOther(event.object)) bracket.add(readChange(event))
    }
    return bracket.changes
  },
}

function isOther(event: JsonObject): boolean {
  if (!/^(?:BEGIN|COMMIT|OTHER)$/.test(textOf(event['trx']))) return false
  return Object.keys(event).every((name) => /^(?:trx|xid|time)$/.test(name))
}

function readChange(event: EventFields): ReadChange {
  const action = event.text('action')
  const kind = statementKinds.get(action) ?? event.fail('of an INSERT, an UPDATE or a DELETE', action)
  const { data, old } = rowsOf(event)
  return {
    kind,
    table: event.text('table'),
    schema: event.text('schema'),
    // Columns that were NULL are not among the old ones.
    before: kind === 'delete' ? data : kind === 'update' ? old : undefined,
    after: kind === 'delete' ? undefined : data,
    event: event.index,
  }
}

function rowsOf({ object }: EventFields): { data: JsonObject | undefined; old: JsonObject | undefined } {
  const { data, old } = object
  if (!Array.isArray(data))
    return { data: isObject(data) && data['type'] !== 'null' ? data : undefined, old: isObject(old) ? old : undefined }
  return rowsOfList(data)
}

/** The plugin's parser takes `old-key:` and `new-tuple:` for a part of the name that follows. */
function rowsOfList(list: readonly JsonValue[]): { data: JsonObject; old: JsonObject | undefined } {
  const rows: Record<'data' | 'old', Record<string, JsonValue>> = { data: {}, old: {} }
  let side: 'data' | 'old' = 'data'
  for (const column of list) {
    if (!isObject(column)) continue
    const name = textOf(column['name'])
    if (/^(?:old-key|new-tuple): /.test(name)) side = name.startsWith('old-key') ? 'old' : 'data'
    const { value = null } = column
    if (value !== 'unchanged-toast-datum') rows[side][name.replace(/^(?:old-key|new-tuple): /, '')] = value
  }
  return { data: rows.data, old: Object.keys(rows.old).length > 0 ? rows.old : undefined }
}
