import type { CapturedChange } from './captured-change.js'
import { RENDERER } from './debezium-envelope.js'
import type { EventFields } from './event-fields.js'

const kinds: Readonly<Record<string, CapturedChange['kind']>> = { c: 'insert', r: 'read', u: 'update', d: 'delete' }

/** Reads a Debezium envelope of any connector. A logical decoding message (`m`) is no change. */
export function readEnvelope(event: EventFields): CapturedChange | undefined {
  const op = event.text('op')
  if (op === 'm') return undefined
  const kind = kinds[op] ?? event.fail('with `op` c, u, d, r or m', op)
  const [before, after] = [event.optionalRow('before'), event.optionalRow('after')]
  if (kind !== 'delete' && !after) event.fail('with a row `after`', event.object['after'])
  const source = event.fields('source')
  return {
    kind,
    table: source.text('table'),
    ...placeOf(source),
    ...(before && { before }),
    ...(after && { after }),
    ...transactionOf(event, source),
    event: event.index,
  }
}

/** Names that we made up ourselves say nothing about the place. */
function placeOf({ object }: EventFields): Pick<CapturedChange, 'database' | 'schema' | 'rendered'> {
  const { db, schema, version } = object
  return {
    ...(typeof db === 'string' && { database: db }),
    ...(typeof schema === 'string' && { schema }),
    ...(version === RENDERER && { rendered: true }),
  }
}

function transactionOf(event: EventFields, source: EventFields): Pick<CapturedChange, 'transaction' | 'position'> {
  if (event.has('transaction')) {
    const transaction = event.fields('transaction')
    const id = transaction.text('id')
    // PostgreSQL's ends with the LSN of the change, and so differs within a transaction.
    const name = source.object['connector'] === 'postgresql' ? id.replace(/:\d+$/, '') : id
    return { transaction: name, position: transaction.number('total_order') }
  }
  const name = source.object['txId'] ?? source.object['gtid']
  return typeof name === 'string' || typeof name === 'number' ? { transaction: String(name) } : {}
}
