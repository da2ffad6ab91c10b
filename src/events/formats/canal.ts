import type { Change, Row } from '../../ledger/change.js'
import { keyNames } from '../../tables/keys/key-column.js'
import type { TableDefinition } from '../../tables/table-definition.js'
import {
  changedColumns,
  namedColumns,
  onlyText,
  textsOf,
  type EventFields,
  isObject,
  rowBefore,
} from '../event-fields.js'
import { encodeRow } from '../encode-row.js'
import { definitionOf, type EventContext, gtidOf } from '../event-context.js'
import { mysqlTypeOf } from '../mysql-type.js'
import type { Encoding } from '../../tables/types/cell-type.js'
import { type ReadChange, statementKinds } from '../captured-change.js'
import type { FeedFormat } from '../feed-format.js'
import { transactionName } from '../transaction-bracket.js'

/** A row in which every value is a text. */
export type CanalRow = Readonly<Record<string, string | null>>

/**
 * A flat message of Alibaba Canal: consecutive changes of one kind on one table.
 * https://github.com/alibaba/canal/blob/master/protocol/src/main/java/com/alibaba/otter/canal/protocol/FlatMessage.java
 */
export interface CanalMessage {
  /** Rows after an INSERT or UPDATE, rows before a DELETE. */
  readonly data: readonly CanalRow[]
  readonly database: string
  /** When the change was made, in milliseconds since 1970; MySQL knows whole seconds. */
  readonly es: number
  readonly gtid: string
  /** The number of the commit. */
  readonly id: number
  readonly isDdl: false
  readonly mysqlType: Readonly<Record<string, string>>
  /** For each row of an UPDATE, the values before of those columns that it changed. */
  readonly old: readonly CanalRow[] | null
  readonly pkNames: readonly string[]
  readonly sql: ''
  readonly sqlType: Readonly<Record<string, number>>
  readonly table: string
  /** When the message was made, in milliseconds since 1970. */
  readonly ts: number
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE'
}

/**
 * MySQL begins a new row event when one exceeds 8 kB, and Canal makes one message of each: about as many rows of ours.
 * https://dev.mysql.com/doc/refman/8.4/en/replication-options-binary-log.html#option_mysqld_binlog-row-event-max-size
 */
const MOST_ROWS = 50

const messageTypes = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const

export function renderCanal(context: EventContext): CanalMessage[] {
  return groups(context.changes).map((group) => toMessage(context, group))
}

function groups(changes: readonly Change[]): Change[][] {
  const found: Change[][] = []
  for (const change of changes) {
    const last = found.at(-1)
    const fits = last?.[0]?.kind === change.kind && last[0].table === change.table && last.length < MOST_ROWS
    if (fits) last.push(change)
    else found.push([change])
  }
  return found
}

function toMessage(context: EventContext, group: readonly Change[]): CanalMessage {
  const { kind, table } = group[0]!
  const definition = definitionOf(context, table)
  const types = definition.columns.map(({ name, type }) => [name, mysqlTypeOf(type)] as const)
  const data = group.map(({ before, after }) => toTexts(definition, after ?? before ?? {}))
  const old = group.map(({ before = {} }, index) => changedColumns(toTexts(definition, before), data[index]!))
  return {
    data,
    database: context.database,
    es: Math.floor(context.at / 1000) * 1000,
    gtid: gtidOf(context.commit),
    id: context.commit,
    isDdl: false,
    mysqlType: Object.fromEntries(types.map(([name, { mysql }]) => [name, mysql])),
    old: kind === 'update' ? (old as CanalRow[]) : null,
    pkNames: keyNames(definition),
    sql: '',
    sqlType: Object.fromEntries(types.map(([name, { sql }]) => [name, sql])),
    table,
    ts: Math.floor(context.at),
    type: messageTypes[kind],
  }
}

const encoding: Encoding = { int8: 'text', numeric: 'text', bool: 'number', date: 'text', feed: 'canal' }

function toTexts({ columns }: TableDefinition, row: Row): CanalRow {
  const encoded = Object.entries(encodeRow(columns, row, encoding))
  return Object.fromEntries(encoded.map(([name, value]) => [name, value === null ? null : String(value)]))
}

/** Canal's other types of entries, and TiCDC's watermarks in this format. */
const SILENT =
  /^(?:CREATE|ALTER|ERASE|QUERY|TRUNCATE|RENAME|CINDEX|DINDEX|GTID|XACOMMIT|XAROLLBACK|MHEARTBEAT|TIDB_WATERMARK)$/

/** Flat messages of Canal, and TiCDC's `canal-json`: one change for each of their rows. */
export const canalFormat: FeedFormat = {
  names: ['canal'],
  description: 'a flat message of Canal',
  fits: ({ isDdl }) => typeof isDdl === 'boolean',
  isSilent: ({ isDdl, type }) => isDdl === true || (isDdl === false && typeof type === 'string' && SILENT.test(type)),
  read: (events) => events.flatMap(readMessage),
}

function readMessage(event: EventFields): ReadChange[] {
  const type = event.text('type')
  const kind = statementKinds.get(type) ?? event.fail('with a `type` INSERT, UPDATE or DELETE', type)
  const olds = kind === 'update' && event.has('old') ? event.list('old') : []
  const { gtid, database, pkNames, _tidb: tidb } = event.object
  const transaction = transactionName(gtid) ?? (isObject(tidb) ? transactionName(tidb['commitTs']) : undefined)
  return event.rows('data').map((row, index) => ({
    kind,
    table: event.text('table'),
    database: onlyText(database),
    key: namedColumns(row, textsOf(pkNames)),
    before: kind === 'delete' ? row : rowBefore(row, olds[index]),
    after: kind === 'delete' ? undefined : row,
    transaction,
    event: event.index,
  }))
}
