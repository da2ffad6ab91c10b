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

const NAME = String.raw`("(?:[^"]|"")*"|[^\s".:[\]]+)`
const CHANGE = new RegExp(String.raw`^table ${NAME}\.${NAME}: (INSERT|UPDATE|DELETE):(.*)$`, 's')
const TRANSACTION = /^(BEGIN|COMMIT)(?: (\d+))?(?: \(at [^)]*\))?\s*$/
/** `[` and `]` stand around the type, which can be an array or have a name in quotation marks. */
const TYPE = String.raw`\[(?:[^"[\]]|\[\]|"(?:[^"]|"")*")*\]`
const DATUM = new RegExp(String.raw` (?:(old-key|new-tuple):|${NAME}${TYPE}:('(?:[^']|'')*'|[^\s]+))`, 'sy')
const OTHERS =
  /^(?:table .*: TRUNCATE:|message: |PREPARE TRANSACTION |(?:COMMIT|ROLLBACK) PREPARED |(?:opening|closing) a streamed|(?:streaming|committing|aborting|preparing) )/

export function isDecodedText(text: string): boolean {
  return /^(?:BEGIN|COMMIT|table )/.test(text) || OTHERS.test(text)
}

/**
 * The object that a line of PostgreSQL's test_decoding stands for: `{ trx, xid }` for the begin and the end of a
 * transaction, `{ schema, table, action, old, data }` for a change. Undefined where it is none.
 */
export function parseDecodedText(line: string): JsonObject | undefined {
  const transaction = TRANSACTION.exec(line)
  if (transaction) return { trx: transaction[1]!, xid: transaction[2] ?? null }
  const change = CHANGE.exec(line)
  if (!change) return OTHERS.test(line) ? { trx: 'OTHER' } : undefined
  const [, schema = '', table = '', action = '', tuples = ''] = change
  const rows = tuples.trim() === '(no-tuple-data)' ? { data: null, old: null } : parseTuples(tuples.trimEnd())
  return rows && { schema: unquoted(schema), table: unquoted(table), action, ...rows }
}

function parseTuples(text: string): { data: JsonObject; old: JsonObject | null } | undefined {
  const rows: Record<'data' | 'old', Record<string, string | null>> = { data: {}, old: {} }
  let side: 'data' | 'old' = 'data'
  for (DATUM.lastIndex = 0; DATUM.lastIndex < text.length;) {
    const datum = DATUM.exec(text)
    if (!datum) return undefined
    const [, part, name, value = ''] = datum
    if (part !== undefined) side = part === 'old-key' ? 'old' : 'data'
    // A value that was stored out of line and did not change is left out.
    else if (value !== 'unchanged-toast-datum') rows[side][unquoted(name!)] = parseValue(value)
  }
  return { data: rows.data, old: Object.keys(rows.old).length > 0 ? rows.old : null }
}

function parseValue(value: string): string | null {
  if (value === 'null') return null
  return value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
