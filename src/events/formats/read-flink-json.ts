import { keyNames } from '../../tables/keys/key-column.js'
import { type ReadChange, namedKinds, operationKinds, statementKinds } from '../captured-change.js'
import { type EventFields, isObject, rowBefore, type JsonObject, textOf } from '../event-fields.js'
import { type FeedFormat, knownTable, type ReadContext, tableOf } from '../feed-format.js'

/**
 * What Flink writes with its formats `debezium-json`, `canal-json` and `maxwell-json`: the rows, without where they come
 * from. It writes an UPDATE as a DELETE with an INSERT right behind it.
 */
export const flinkJsonFormat: FeedFormat = {
  names: ['debezium-mysql', 'debezium-postgres', 'maxwell', 'canal', 'flink'],
  description: 'an event of a Flink sink',
  fits: (event) => kindOf(event) !== undefined,
  isSilent: () => false,
  read: (events, context) =>
    joined(
      context,
      events.flatMap((event) => readEvent(event, context)),
    ),
}

function kindOf({ op, before, after, data, type }: JsonObject): ReadChange['kind'] | undefined {
  if (isObject(before) || isObject(after)) return operationKinds.get(op)
  return Array.isArray(data) ? statementKinds.get(type) : isObject(data) ? namedKinds.get(type) : undefined
}

function readEvent(event: EventFields, context: ReadContext): ReadChange[] {
  const { object } = event
  const kind = kindOf(object) ?? event.fail('with a kind of change and its row', object)
  const table = tableOf(event, object['table'], context)
  const made = (before: JsonObject | undefined, after: JsonObject | undefined): ReadChange => {
    return { kind, table, before, after, event: event.index }
  }
  if ('op' in object) return [made(event.optionalRow('before'), event.optionalRow('after'))]
  const rows = Array.isArray(object['data']) ? event.rows('data') : [event.row('data')]
  const olds = Array.isArray(object['old']) ? event.list('old') : [object['old'] ?? null]
  return rows.map((row, index) => {
    if (kind === 'delete') return made(row, undefined)
    return made(kind === 'update' ? rowBefore(row, olds[index]) : undefined, row)
  })
}

function joined(context: ReadContext, changes: readonly ReadChange[]): ReadChange[] {
  const found: ReadChange[] = []
  for (const change of changes) {
    const last = found.at(-1)
    const known = knownTable(context, change.table)
    const isHalf = last?.kind === 'delete' && change.kind === 'insert' && last.table === change.table
    const isSame =
      known !== undefined &&
      keyNames(known).every((name) => textOf(last?.before?.[name]) === textOf(change.after?.[name]))
    if (isHalf && isSame && last.before) found.splice(-1, 1, { ...change, kind: 'update', before: last.before })
    else found.push(change)
  }
  return found
}
