import type { JsonObject } from './event-fields.js'

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
