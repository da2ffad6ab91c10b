import type { Change } from '../../ledger/change.js'
import { type Encoding, encodeRow } from '../encode-row.js'
import { definitionOf, type EventContext } from '../event-context.js'
import type { JsonRow } from '../json-value.js'

/** What stands in the `source` of every connector. */
export interface DebeziumSource {
  /** Real connectors put their version here. */
  readonly version: string
  readonly connector: string
  readonly name: string
  /** When the commit was made. */
  readonly ts_ms: number
  readonly snapshot: 'false'
  readonly db: string
  readonly sequence: string | null
  readonly ts_us: number
  readonly ts_ns: number
}

/**
 * The payload of a Debezium change event, as the JSON converter writes it without schemas.
 * https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events
 */
export interface DebeziumEnvelope<Source extends DebeziumSource> {
  readonly before: JsonRow | null
  readonly after: JsonRow | null
  readonly source: Source
  /** As `provide.transaction.metadata=true` adds it. */
  readonly transaction: {
    readonly id: string
    readonly total_order: number
    readonly data_collection_order: number
  }
  readonly op: 'c' | 'u' | 'd'
  /** When the event was made; here the same as in `source`. */
  readonly ts_ms: number
  readonly ts_us: number
  readonly ts_ns: number
}

/** `decimal.handling.mode=string`, and the default `time.precision.mode`. */
const encoding: Encoding = { int8: 'number', numeric: 'text', bool: 'boolean', date: 'days', feed: 'debezium' }

/** The `version` of our own events, which no connector has. */
export const RENDERER = 'vitest-cloudberry-cdc'

const operations = { insert: 'c', update: 'u', delete: 'd' } as const

/** What a connector says of one change: its `source`, and the name of the transaction. */
export interface SourceOf<Source> {
  readonly source: Source
  readonly transaction: string
}

/** The envelopes of a commit. `sourceOf` is called for each change, in order; `index` counts from 0. */
export function renderEnvelopes<Source extends DebeziumSource>(
  context: EventContext,
  sourceOf: (change: Change, index: number) => SourceOf<Source>,
): DebeziumEnvelope<Source>[] {
  const orders = new Map<string, number>()
  return context.changes.map((change, index) => {
    const { kind, table, before, after } = change
    const { columns } = definitionOf(context, table)
    const order = (orders.get(table) ?? 0) + 1
    orders.set(table, order)
    const { source, transaction } = sourceOf(change, index)
    return {
      before: before ? encodeRow(columns, before, encoding) : null,
      after: after ? encodeRow(columns, after, encoding) : null,
      source,
      transaction: { id: transaction, total_order: index + 1, data_collection_order: order },
      op: operations[kind],
      ...timestamps(context.at),
    }
  })
}

/** What the `source` of both connectors begins with. */
export function commonSource(context: EventContext, connector: string, sequence: string | null): DebeziumSource {
  const { ts_ms, ts_us, ts_ns } = timestamps(context.at)
  return {
    version: RENDERER,
    connector,
    name: context.server,
    ts_ms,
    snapshot: 'false',
    db: context.database,
    sequence,
    ts_us,
    ts_ns,
  }
}

/** Nanoseconds are beyond what a number holds exactly, but JavaScript writes whole milliseconds with the right digits. */
function timestamps(at: number): { ts_ms: number; ts_us: number; ts_ns: number } {
  const ts_ms = Math.floor(at)
  return { ts_ms, ts_us: ts_ms * 1000, ts_ns: ts_ms * 1_000_000 }
}
