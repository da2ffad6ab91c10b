import type { Change } from '../../ledger/change.js'
import { encodeRow } from '../encode-row.js'
import type { Encoding } from '../../tables/types/cell-type.js'
import { definitionOf, type EventContext, gtidOf, logPosition } from '../event-context.js'
import type { JsonRow } from '../event-fields.js'

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

/** `sourceOf` says the transaction's name, too; it is called for each change, in order, with an `index` from 0 on. */
function renderEnvelopes<Source extends DebeziumSource>(
  context: EventContext,
  sourceOf: (change: Change, index: number) => { readonly source: Source; readonly transaction: string },
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
function commonSource(context: EventContext, connector: string, sequence: string | null): DebeziumSource {
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

/** The `source` of the MySQL connector. */
export interface DebeziumMysqlSource extends DebeziumSource {
  readonly connector: 'mysql'
  readonly table: string
  readonly server_id: number
  readonly gtid: string
  readonly file: string
  readonly pos: number
  /** The row within the statement, from 0 on. */
  readonly row: number
  readonly thread: null
  readonly query: null
}

/** A change as Debezium's MySQL connector sends it. */
export type DebeziumMysqlEvent = DebeziumEnvelope<DebeziumMysqlSource>

/** The events of a commit as Debezium's MySQL connector makes them, with GTIDs on. */
export function renderDebeziumMysql(context: EventContext): DebeziumMysqlEvent[] {
  const { commit, changes } = context
  const gtid = gtidOf(commit)
  let begin = 0
  return renderEnvelopes(context, ({ kind, table }, index) => {
    const before = changes[index - 1]
    if (before?.kind !== kind || before.table !== table) begin = index
    return { source: mysqlSource(context, table, begin, index - begin), transaction: gtid }
  })
}

/** @param begin the first change of the statement */
export function mysqlSource(context: EventContext, table: string, begin: number, row: number): DebeziumMysqlSource {
  return {
    ...commonSource(context, 'mysql', null),
    connector: 'mysql',
    table,
    server_id: 1,
    gtid: gtidOf(context.commit),
    file: 'mysql-bin.000001',
    pos: logPosition(context.commit, begin),
    row,
    thread: null,
    query: null,
  }
}

/** The `source` of the PostgreSQL connector. */
export interface DebeziumPostgresSource extends DebeziumSource {
  readonly connector: 'postgresql'
  readonly schema: string
  readonly table: string
  /** The number of the commit. */
  readonly txId: number
  readonly lsn: number
  readonly xmin: null
}

/** A change as Debezium's PostgreSQL connector sends it of a table with `REPLICA IDENTITY FULL`. */
export type DebeziumPostgresEvent = DebeziumEnvelope<DebeziumPostgresSource>

const ALIGNMENT = 8

export function renderDebeziumPostgres(context: EventContext): DebeziumPostgresEvent[] {
  const { commit, schema } = context
  // The last committed LSN; null before the first commit, as the connector has it.
  const committed = commit === 1 ? null : String(lsnOf(commit, 0))
  return renderEnvelopes(context, ({ table }, index) => {
    const lsn = lsnOf(commit, index + 1)
    const sequence = JSON.stringify([committed, String(lsn)])
    const common = commonSource(context, 'postgresql', sequence)
    return {
      source: { ...common, connector: 'postgresql', schema, table, txId: commit, lsn, xmin: null },
      transaction: postgresTransaction(commit, index + 1),
    }
  })
}

function lsnOf(commit: number, index: number): number {
  return logPosition(commit, index) * ALIGNMENT
}

/** The LSN in the name is that of the change, so that it differs within a transaction. */
export function postgresTransaction(commit: number, index: number): string {
  return `${commit}:${lsnOf(commit, index)}`
}
