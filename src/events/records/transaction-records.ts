import { type EventContext, gtidOf } from '../event-context.js'
import { postgresTransaction } from '../formats/debezium.js'
import type { EventRecord } from './event-record.js'
import type { DebeziumFormat } from './record-options.js'
import { collectionOf } from './topic-names.js'

/** The records of a transaction around those of its changes. */
interface Markers {
  readonly begin: EventRecord
  readonly end: EventRecord
}

/**
 * What `provide.transaction.metadata=true` writes to the topic `SERVER.transaction`.
 * https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-transaction-metadata
 */
export function transactionRecords(format: DebeziumFormat, context: EventContext): Markers {
  const { commit, changes, server, at } = context
  const counts = new Map<string, number>()
  for (const { table } of changes) {
    const name = collectionOf(format, context, table)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  // The LSN in a name is that of the marker.
  const nameAt = (index: number): string =>
    format === 'debezium-mysql' ? gtidOf(commit) : postgresTransaction(commit, index)
  const marker = (id: string, value: object): EventRecord => ({
    topic: `${server}.transaction`,
    key: JSON.stringify({ id }),
    value: JSON.stringify({ ...value, ts_ms: Math.floor(at) }),
    headers: {},
    timestamp: Math.floor(at),
  })
  const [begun, ended] = [nameAt(1), nameAt(changes.length + 1)]
  return {
    begin: marker(begun, { status: 'BEGIN', id: begun, event_count: null, data_collections: null }),
    end: marker(ended, {
      status: 'END',
      id: ended,
      event_count: changes.length,
      data_collections: Array.from(counts, ([data_collection, event_count]) => ({ data_collection, event_count })),
    }),
  }
}
